import { Option } from 'commander';
import { RotateWebhookSecret } from '../contracts/imprimatur-webhooks.ts';
import { longTime, printJson } from './answer.ts';
import { addCommonOptions, newCommand, runCommand } from './command.ts';
import type { CommonOptions } from './command.ts';
import { connect } from './connect.ts';
import { durationOption } from './duration.ts';
import type { Terminal } from './terminal.ts';

interface RotateOptions extends CommonOptions {
  /** Milliseconds. */
  readonly overlap: number;
  readonly now?: boolean;
}

const dayMilliseconds = 24 * 60 * 60 * 1_000;

/** `imprimatur webhook rotate-secret`: a new secret, printed once. */
export function webhookRotateSecret(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = newCommand(
    {
      name: 'webhook rotate-secret',
      summary:
        'Gives a webhook a new secret and prints it. For a while messages are signed by both, so ' +
        'that none is refused while the endpoint is given the new one.',
      examples: [
        ['webhook rotate-secret ci', 'has the old secret sign for a day'],
        ['webhook rotate-secret ci --now', 'has it sign nothing more: somebody else knows it'],
      ],
    },
    terminal,
  )
    .argument('<name>', 'its name')
    .addOption(
      new Option('--overlap <duration>', 'how long the old secret signs too')
        .argParser(durationOption)
        .default(dayMilliseconds, '1d'),
    )
    .option('--now', 'the old secret signs nothing more');
  addCommonOptions(command).action((name: string, options: RotateOptions) =>
    rotate(name, options, terminal),
  );
  return runCommand(command, args);
}

async function rotate(Name: string, options: RotateOptions, terminal: Terminal): Promise<void> {
  const OverlapSeconds = options.now ? 0 : Math.ceil(options.overlap / 1_000);
  const output = await connect(options, terminal).call(RotateWebhookSecret, {
    Name,
    OverlapSeconds,
  });
  if (options.json) {
    printJson(RotateWebhookSecret, output, terminal);
    return;
  }
  const until = longTime(output.OldSecretExpirationTime);
  terminal.error.write(
    (options.now
      ? 'The old secret signs nothing more. '
      : `The old secret signs until ${until}. `) + 'Keep the new one, which is not shown again:\n',
  );
  terminal.out.write(`${output.Secret}\n`);
}
