import { ListWebhooks } from '../contracts/imprimatur-webhooks.ts';
import type { Webhook } from '../contracts/imprimatur-webhooks.ts';
import { listAll, printJson, shortTime } from './answer.ts';
import { addCommonOptions, newCommand, runCommand } from './command.ts';
import type { CommonOptions } from './command.ts';
import { connect } from './connect.ts';
import { renderTable } from './table.ts';
import type { Column } from './table.ts';
import type { Terminal } from './terminal.ts';

/** `imprimatur webhook list`: lists the webhooks by name. */
export function webhookList(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = newCommand(
    {
      name: 'webhook list',
      summary: 'Lists the webhooks by name.',
      examples: [
        ['webhook list', 'lists all webhooks'],
        ['webhook list --json', 'prints what ListWebhooks answers'],
      ],
    },
    terminal,
  );
  addCommonOptions(command).action((options: CommonOptions) => list(options, terminal));
  return runCommand(command, args);
}

async function list(options: CommonOptions, terminal: Terminal): Promise<void> {
  const output = await listAll(connect(options, terminal), ListWebhooks, {});
  if (options.json) printJson(ListWebhooks, output, terminal);
  else terminal.out.write(renderTable(webhookColumns, output.Webhooks, terminal));
}

const webhookColumns: readonly Column<Webhook>[] = [
  { title: 'NAME', text: ({ Name }) => Name },
  { title: 'ON', text: choiceText, flexible: true },
  { title: 'GROUP', text: ({ ModelPackageGroupName }) => ModelPackageGroupName },
  { title: 'URL', text: ({ Url }) => Url, flexible: true },
  {
    title: 'STATE',
    text: ({ State }) => State,
    style: ({ State }) => (State === 'Enabled' ? 'green' : 'yellow'),
  },
  { title: 'CREATED', text: ({ CreationTime }) => shortTime(CreationTime) },
];

/** Which events a webhook is told of: by words, or by a pattern. */
export function choiceText({ Events, EventPattern }: Webhook): string | undefined {
  return Events?.join(', ') ?? EventPattern;
}
