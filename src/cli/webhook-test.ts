import { setTimeout as sleep } from 'node:timers/promises';
import { Option } from 'commander';
import { DescribeDelivery, ListDeliveries } from '../contracts/imprimatur-deliveries.ts';
import type { DescribeDeliveryOutput } from '../contracts/imprimatur-deliveries.ts';
import { DescribeWebhook, TestWebhook } from '../contracts/imprimatur-webhooks.ts';
import { printJson } from './answer.ts';
import type { Client } from './client.ts';
import { addCommonOptions, newCommand, runCommand } from './command.ts';
import type { CommonOptions } from './command.ts';
import { connect } from './connect.ts';
import { durationOption } from './duration.ts';
import { exitCodes, Failure } from './failure.ts';
import { printable } from './printable.ts';
import { elapsed, showProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';

interface TestOptions extends CommonOptions {
  /** Milliseconds. */
  readonly timeout: number;
}

const pollMilliseconds = 100;

/** `imprimatur webhook test`: sends an event the whole way, and tells what came of it. */
export function webhookTest(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = newCommand(
    {
      name: 'webhook test',
      summary: 'Sends a webhook an event that tells of nothing, and waits for what it answers.',
      examples: [['webhook test ci', 'tries whether the webhook ci can be reached']],
    },
    terminal,
  )
    .argument('<name>', 'its name')
    .addOption(
      new Option('--timeout <duration>', 'how long to wait')
        .argParser(durationOption)
        .default(15_000, '15s'),
    );
  addCommonOptions(command).action((name: string, options: TestOptions) =>
    testIt(name, options, terminal),
  );
  return runCommand(command, args);
}

async function testIt(Name: string, options: TestOptions, terminal: Terminal): Promise<void> {
  const client = connect(options, terminal, { quiet: true });
  const { Webhook } = await client.call(DescribeWebhook, { Name });
  const { EventId } = await client.call(TestWebhook, { Name });
  const from = Date.now();
  const told = await showProgress(
    terminal,
    () => `Waiting for the answer for ${elapsed((Date.now() - from) / 1_000)}…`,
    firstAttempt(client, { EventId, TargetArn: Webhook.WebhookArn }, from + options.timeout),
  );
  if (!told) {
    const message = `The event ${EventId} was not sent in time: see "imprimatur deliveries list".`;
    throw new Failure(message, exitCodes.timedOut);
  }
  if (options.json) printJson(DescribeDelivery, told, terminal);
  const attempt = told.Attempts.at(-1);
  if (told.Delivery.State !== 'DELIVERED') {
    const answer = attempt?.Answer ? ` It said: ${attempt.Answer}` : '';
    throw new Failure(printable(`${told.Delivery.ErrorMessage ?? 'It failed.'}${answer}`));
  }
  if (options.json) return;
  const time = `${attempt?.DurationInMilliseconds ?? 0} ms`;
  terminal.out.write(`${Name} answered ${attempt?.StatusCode ?? ''} within ${time}.\n`);
}

/** The delivery of an event once it has been tried; undefined when that took too long. */
async function firstAttempt(
  client: Client,
  named: { readonly EventId: string; readonly TargetArn: string },
  deadline: number,
): Promise<DescribeDeliveryOutput | undefined> {
  while (Date.now() < deadline) {
    const { Deliveries } = await client.call(ListDeliveries, named);
    const tried = Deliveries.find(
      ({ AttemptCount, State }) => AttemptCount > 0 || State !== 'PENDING',
    );
    if (tried) return client.call(DescribeDelivery, { DeliveryId: tried.DeliveryId });
    await sleep(pollMilliseconds);
  }
  return undefined;
}
