import { DescribeWebhook } from '../contracts/imprimatur-webhooks.ts';
import { longTime, printJson } from './answer.ts';
import { addCommonOptions, newCommand, runCommand } from './command.ts';
import type { CommonOptions } from './command.ts';
import { connect } from './connect.ts';
import { headOf } from './show-text.ts';
import type { Terminal } from './terminal.ts';
import { choiceText } from './webhook-list.ts';

/** `imprimatur webhook show`: shows all about a webhook but its secret. */
export function webhookShow(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = newCommand(
    {
      name: 'webhook show',
      summary: 'Shows all about a webhook but its secret, which only "webhook add" prints.',
      examples: [['webhook show ci', 'shows the webhook ci']],
    },
    terminal,
  ).argument('<name>', 'its name');
  addCommonOptions(command).action((name: string, options: CommonOptions) =>
    show(name, options, terminal),
  );
  return runCommand(command, args);
}

async function show(Name: string, options: CommonOptions, terminal: Terminal): Promise<void> {
  const output = await connect(options, terminal).call(DescribeWebhook, { Name });
  if (options.json) {
    printJson(DescribeWebhook, output, terminal);
    return;
  }
  const { Webhook: webhook } = output;
  const isEnabled = webhook.State === 'Enabled';
  const lines = headOf(
    webhook.Name,
    webhook.WebhookArn,
    [
      ['URL', webhook.Url],
      ['Told of', choiceText(webhook)],
      ['Group', webhook.ModelPackageGroupName],
      ['Format', webhook.Format],
      ['State', webhook.State, isEnabled ? 'green' : 'yellow'],
      ['Rule', webhook.RuleArn],
      ['Created', longTime(webhook.CreationTime)],
      ['Modified', longTime(webhook.LastModifiedTime)],
      ['Description', webhook.Description],
    ],
    terminal,
  );
  terminal.out.write(`${lines.join('\n')}\n`);
}
