import { InvalidArgumentError, Option } from 'commander';
import { CreateWebhook, webhookEvents } from '../contracts/imprimatur-webhooks.ts';
import type { CreateWebhookInput, WebhookEvent } from '../contracts/imprimatur-webhooks.ts';
import { printJson } from './answer.ts';
import { addCommonOptions, newCommand, runCommand } from './command.ts';
import type { CommonOptions } from './command.ts';
import { connect } from './connect.ts';
import { UsageFailure } from './failure.ts';
import { didYouMean } from './nearest.ts';
import type { Terminal } from './terminal.ts';

interface AddOptions extends CommonOptions {
  readonly on?: WebhookEvent[];
  readonly group?: string;
  readonly pattern?: string;
  readonly format?: keyof typeof formats;
  readonly name?: string;
  readonly description?: string;
  readonly disabled?: boolean;
}

const formats = { eventbridge: 'EventBridge', cloudevents: 'CloudEvents' } as const;

/** `imprimatur webhook add`: makes a webhook; only its output ever holds the secret. */
export function webhookAdd(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = newCommand(
    {
      name: 'webhook add',
      summary:
        'Has events posted to an address, signed by the Standard Webhooks scheme, and prints the ' +
        'secret that the endpoint verifies them by, which is shown this once.',
      examples: [
        [
          'webhook add https://ci.example/hooks --on approved --group fraud',
          'tells of approvals in the group fraud',
        ],
        [
          'webhook add https://ci.example/hooks --on registered,deleted --format cloudevents',
          'tells of what comes and goes, as CloudEvents',
        ],
        [
          `webhook add https://ci.example/hooks --pattern '{"source":["aws.sagemaker"]}'`,
          "tells of what a pattern in EventBridge's language matches",
        ],
      ],
    },
    terminal,
  )
    .argument('<url>', 'where to post: https://, or http:// where the server allows the address')
    .option(
      '--on <events>',
      `what to tell of, with commas: ${webhookEvents.join(', ')}`,
      eventsOption,
    )
    .option('--group <name>', 'only of the versions of this group')
    .option('--pattern <json>', 'an event pattern, in the place of --on and --group')
    .addOption(
      new Option('--format <format>', 'how events are spelled')
        .choices(Object.keys(formats))
        .default('eventbridge'),
    )
    .option('--name <name>', 'what to call it; made of the host where it is left out')
    .option('-m, --description <text>', 'what it is for')
    .option('--disabled', 'make it without having events sent yet');
  addCommonOptions(command).action((url: string, options: AddOptions) =>
    add(url, options, terminal),
  );
  return runCommand(command, args);
}

async function add(Url: string, options: AddOptions, terminal: Terminal): Promise<void> {
  const { on, group, pattern, format = 'eventbridge', name, description } = options;
  if ((on === undefined) === (pattern === undefined)) {
    throw new UsageFailure('give either --on or --pattern\nUsage: imprimatur webhook add --help');
  }
  const input: CreateWebhookInput = {
    Url,
    ...(on && { Events: on }),
    ...(group !== undefined && { ModelPackageGroupName: group }),
    ...(pattern !== undefined && { EventPattern: pattern }),
    Format: formats[format],
    ...(name !== undefined && { Name: name }),
    ...(description !== undefined && { Description: description }),
    ...(options.disabled && { State: 'Disabled' }),
  };
  const output = await connect(options, terminal).call(CreateWebhook, input);
  if (options.json) {
    printJson(CreateWebhook, output, terminal);
    return;
  }
  terminal.error.write(
    `Made the webhook ${output.Webhook.Name}. Keep its secret, which is not shown again:\n`,
  );
  terminal.out.write(`${output.Secret}\n`);
}

/** Words with commas between them; the option may be repeated. */
function eventsOption(text: string, earlier: WebhookEvent[] = []): WebhookEvent[] {
  const words = text.split(',').map((word) => word.trim());
  for (const word of words) {
    if (isEvent(word)) continue;
    const hint = didYouMean(word, webhookEvents);
    throw new InvalidArgumentError(`There is no event '${word}'.${hint}`);
  }
  return [...earlier, ...(words as WebhookEvent[])];
}

function isEvent(word: string): word is WebhookEvent {
  return (webhookEvents as readonly string[]).includes(word);
}
