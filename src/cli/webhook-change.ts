import { DeleteWebhook, UpdateWebhook } from '../contracts/imprimatur-webhooks.ts';
import type { WebhookState } from '../contracts/imprimatur-webhooks.ts';
import { printJson } from './answer.ts';
import { addCommonOptions, newCommand, runCommand } from './command.ts';
import type { CommandText, CommonOptions } from './command.ts';
import { connect } from './connect.ts';
import type { Terminal } from './terminal.ts';

/** `imprimatur webhook disable`: a webhook that is sent nothing. */
export const webhookDisable = stateCommand(
  {
    name: 'webhook disable',
    summary: 'Has nothing sent to a webhook; what happens meanwhile it is not told of later.',
    examples: [['webhook disable ci', 'disables the webhook ci']],
  },
  'Disabled',
);

/** `imprimatur webhook enable`: the reverse. */
export const webhookEnable = stateCommand(
  {
    name: 'webhook enable',
    summary: 'Has events sent to a webhook from now on.',
    examples: [['webhook enable ci', 'enables the webhook ci']],
  },
  'Enabled',
);

/** `imprimatur webhook remove`: deletes a webhook. */
export function webhookRemove(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = newCommand(
    {
      name: 'webhook remove',
      summary: 'Deletes a webhook; what is on its way to it is given up.',
      examples: [['webhook remove ci', 'deletes the webhook ci']],
    },
    terminal,
  ).argument('<name>', 'its name');
  addCommonOptions(command).action(async (Name: string, options: CommonOptions) => {
    const output = await connect(options, terminal).call(DeleteWebhook, { Name });
    if (options.json) printJson(DeleteWebhook, output, terminal);
    else terminal.out.write(`The webhook ${Name} is deleted.\n`);
  });
  return runCommand(command, args);
}

function stateCommand(text: CommandText, State: WebhookState) {
  return (args: readonly string[], terminal: Terminal): Promise<void> => {
    const command = newCommand(text, terminal).argument('<name>', 'its name');
    addCommonOptions(command).action(async (Name: string, options: CommonOptions) => {
      const output = await connect(options, terminal).call(UpdateWebhook, { Name, State });
      if (options.json) printJson(UpdateWebhook, output, terminal);
      else terminal.out.write(`The webhook ${Name} is ${State.toLowerCase()}.\n`);
    });
    return runCommand(command, args);
  };
}
