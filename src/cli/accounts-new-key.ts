import { CreateRootAccessKey } from '../contracts/imprimatur-accounts.ts';
import { printJson } from './answer.ts';
import { addCommonOptions, newCommand, runCommand } from './command.ts';
import type { CommonOptions } from './command.ts';
import { connect } from './connect.ts';
import { printKey } from './root-key-text.ts';
import type { Terminal } from './terminal.ts';

interface NewKeyOptions extends CommonOptions {
  readonly replace?: boolean;
}

/** `imprimatur accounts new-key`: makes a key for the root user of an account. */
export function accountsNewKey(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = newCommand(
    {
      name: 'accounts new-key',
      summary: 'Makes a root access key for an account, which has two at most.',
      examples: [
        ['accounts new-key 111122223333', 'makes one beside the other'],
        ['accounts new-key 111122223333 --replace', 'makes one, and deletes the others'],
      ],
    },
    terminal,
  )
    .argument('<account>', 'its number')
    .option('--replace', 'delete those that there are: one is lost, or known to others');
  addCommonOptions(command).action((account: string, options: NewKeyOptions) =>
    newKey(account, options, terminal),
  );
  return runCommand(command, args);
}

async function newKey(account: string, options: NewKeyOptions, terminal: Terminal): Promise<void> {
  const output = await connect(options, terminal).call(CreateRootAccessKey, {
    AccountId: account,
    ...(options.replace && { ReplaceExisting: true }),
  });
  if (options.json) printJson(CreateRootAccessKey, output, terminal);
  else printKey(output.RootAccessKey, terminal);
}
