import { UpdateAccount } from '../contracts/imprimatur-accounts.ts';
import type { UpdateAccountInput } from '../contracts/imprimatur-accounts.ts';
import { printJson } from './answer.ts';
import { addCommonOptions, newCommand, runCommand } from './command.ts';
import type { CommandText, CommonOptions } from './command.ts';
import { connect } from './connect.ts';
import type { Terminal } from './terminal.ts';

/** `imprimatur accounts disable`: an account whose keys sign nothing. */
export const accountsDisable = statusCommand(
  {
    name: 'accounts disable',
    summary: 'Keeps all keys of an account from signing; its data stays.',
    examples: [['accounts disable 111122223333', 'disables it, within a second on all servers']],
  },
  'Disabled',
);

/** `imprimatur accounts enable`: the reverse. */
export const accountsEnable = statusCommand(
  {
    name: 'accounts enable',
    summary: 'Lets the keys of an account sign again.',
    examples: [['accounts enable 111122223333', 'enables it']],
  },
  'Active',
);

/** `imprimatur accounts rename`: what people call an account. */
export function accountsRename(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = newCommand(
    {
      name: 'accounts rename',
      summary: 'Gives an account another name; its number stays.',
      examples: [['accounts rename 111122223333 fraud', 'calls it "fraud"']],
    },
    terminal,
  )
    .argument('<account>', 'its number')
    .argument('<name>', 'what people call it from now on');
  addCommonOptions(command).action((AccountId: string, Name: string, options: CommonOptions) =>
    update({ AccountId, Name }, options, terminal),
  );
  return runCommand(command, args);
}

function statusCommand(text: CommandText, Status: NonNullable<UpdateAccountInput['Status']>) {
  return (args: readonly string[], terminal: Terminal): Promise<void> => {
    const command = newCommand(text, terminal).argument('<account>', 'its number');
    addCommonOptions(command).action((AccountId: string, options: CommonOptions) =>
      update({ AccountId, Status }, options, terminal),
    );
    return runCommand(command, args);
  };
}

async function update(
  input: UpdateAccountInput,
  options: CommonOptions,
  terminal: Terminal,
): Promise<void> {
  const output = await connect(options, terminal).call(UpdateAccount, input);
  const { AccountId, Name, Status } = output.Account;
  if (options.json) printJson(UpdateAccount, output, terminal);
  else terminal.out.write(`The account ${AccountId} (${Name}) is ${Status.toLowerCase()}.\n`);
}
