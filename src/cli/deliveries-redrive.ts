import { InvalidArgumentError } from 'commander';
import { RedriveDeliveries } from '../contracts/imprimatur-deliveries.ts';
import type {
  RedriveDeliveriesInput,
  RedriveDeliveriesOutput,
} from '../contracts/imprimatur-deliveries.ts';
import { printJson } from './answer.ts';
import type { Client } from './client.ts';
import { addCommonOptions, newCommand, runCommand } from './command.ts';
import type { CommonOptions } from './command.ts';
import { connect } from './connect.ts';
import { UsageFailure } from './failure.ts';
import { momentOption } from './moment.ts';
import { ruleArn } from './rule-option.ts';
import type { Terminal } from './terminal.ts';

interface RedriveOptions extends CommonOptions {
  readonly rule?: string;
  readonly bus?: string;
  readonly targetId?: string;
  readonly from?: number;
  readonly to?: number;
}

/** `imprimatur deliveries redrive`: has what was given up tried once more. */
export function deliveriesRedrive(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = newCommand(
    {
      name: 'deliveries redrive',
      summary:
        'Has what was given up tried once more, as often and as long as the target allows: some ' +
        'deliveries by their numbers, or all of a rule.',
      examples: [
        ['deliveries redrive 17 18', 'has two deliveries tried once more'],
        ['deliveries redrive --rule deploy --from 1d', 'has what the rule gave up since yesterday'],
      ],
    },
    terminal,
  )
    .argument('[delivery...]', 'their numbers', numberArgument)
    .option('--rule <rule>', 'all that a rule gave up, by name or ARN')
    .option('--bus <name>', 'the bus of a rule that is given by name (default "default")')
    .option('--target-id <id>', 'of the rule only those to one of its targets')
    .option('--from <when>', 'of the rule only those made since: a time, or how long ago', (text) =>
      momentOption(text),
    )
    .option('--to <when>', 'of the rule only those made before', (text) => momentOption(text));
  addCommonOptions(command).action((ids: number[], options: RedriveOptions) =>
    redrive(ids, options, terminal),
  );
  return runCommand(command, args);
}

function numberArgument(text: string, earlier: number[] = []): number[] {
  if (/^[1-9]\d{0,14}$/.test(text)) return [...earlier, Number(text)];
  throw new InvalidArgumentError('It must be a whole number from 1.');
}

async function redrive(
  ids: readonly number[],
  options: RedriveOptions,
  terminal: Terminal,
): Promise<void> {
  const { rule, bus, targetId, from, to } = options;
  if (ids.length > 0 === (rule !== undefined)) {
    throw new UsageFailure('Name deliveries by their numbers, or a rule with --rule.');
  }
  const client = connect(options, terminal);
  const total = { RedrivenCount: 0 };
  for (const input of rule === undefined ? batches(ids) : [undefined]) {
    const output = await redriveAll(
      client,
      input ?? {
        RuleArn: await ruleArn(client, rule!, bus),
        ...(targetId !== undefined && { TargetId: targetId }),
        ...(from !== undefined && { StartTime: from }),
        ...(to !== undefined && { EndTime: to }),
      },
    );
    total.RedrivenCount += output;
  }
  if (options.json) {
    printJson(RedriveDeliveries, total, terminal);
    return;
  }
  const { RedrivenCount: count } = total;
  const what = count === 1 ? '1 delivery is' : `${count || 'No'} deliveries are`;
  terminal.out.write(`${what} tried once more.\n`);
}

const idsAtOnce = 100;

function* batches(ids: readonly number[]): Generator<RedriveDeliveriesInput> {
  for (let start = 0; start < ids.length; start += idsAtOnce) {
    yield { DeliveryIds: ids.slice(start, start + idsAtOnce) };
  }
}

/** Answers how many there were, however many calls it takes. */
async function redriveAll(client: Client, input: RedriveDeliveriesInput): Promise<number> {
  let count = 0;
  let token: string | undefined;
  do {
    const more = token === undefined ? {} : { NextToken: token };
    const output: RedriveDeliveriesOutput = await client.call(RedriveDeliveries, {
      ...input,
      ...more,
    });
    count += output.RedrivenCount;
    token = output.NextToken;
  } while (token !== undefined);
  return count;
}
