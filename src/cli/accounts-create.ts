import { CreateAccount } from '../contracts/imprimatur-accounts.ts';
import { printJson } from './answer.ts';
import { addCommonOptions, newCommand, runCommand } from './command.ts';
import type { CommonOptions } from './command.ts';
import { connect } from './connect.ts';
import { printKey } from './root-key-text.ts';
import type { Terminal } from './terminal.ts';

interface CreateOptions extends CommonOptions {
  readonly accountId?: string;
}

/** `imprimatur accounts create`: makes an account; only its output ever holds the key's secret. */
export function accountsCreate(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = newCommand(
    {
      name: 'accounts create',
      summary: 'Makes an account and prints its root access key, which is shown this once.',
      examples: [
        ['accounts create risk', 'makes one under a number that is drawn'],
        ['accounts create risk --account-id 111122223333', 'makes one under this number'],
        ['accounts create risk >risk.env', 'keeps the key in a file of exports'],
      ],
    },
    terminal,
  )
    .argument('<name>', 'what people call it')
    .option('--account-id <digits>', 'its number, of 12 digits');
  addCommonOptions(command).action((name: string, options: CreateOptions) =>
    create(name, options, terminal),
  );
  return runCommand(command, args);
}

async function create(name: string, options: CreateOptions, terminal: Terminal): Promise<void> {
  const { accountId } = options;
  const output = await connect(options, terminal).call(CreateAccount, {
    Name: name,
    ...(accountId !== undefined && { AccountId: accountId }),
  });
  if (options.json) {
    printJson(CreateAccount, output, terminal);
    return;
  }
  terminal.error.write(`Made the account ${output.Account.AccountId} (${name}).\n`);
  printKey(output.RootAccessKey, terminal);
}
