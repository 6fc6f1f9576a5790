import { setTimeout as sleep } from 'node:timers/promises';
import { Option } from 'commander';
import { DescribeModelPackage } from '../contracts/sagemaker.gen.ts';
import type {
  DescribeModelPackageOutput,
  ModelApprovalStatus,
} from '../contracts/sagemaker.gen.ts';
import { printJson } from './answer.ts';
import { approvalOption, approvalStatuses } from './approval.ts';
import type { Client } from './client.ts';
import { addCommonOptions, newCommand, runCommand } from './command.ts';
import type { CommonOptions } from './command.ts';
import { connect } from './connect.ts';
import { durationOption } from './duration.ts';
import { ConnectionFailure, exitCodes, Failure, ServiceFailure } from './failure.ts';
import { elapsed, showProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';
import { describeVersion, versionName } from './version-name.ts';

interface WaitOptions extends CommonOptions {
  readonly status: ModelApprovalStatus;
  /** Milliseconds. */
  readonly timeout: number;
  readonly interval: number;
}

/** Statuses that nobody is expected to change: waiting for another would be in vain. */
const final: readonly (ModelApprovalStatus | undefined)[] = ['Rejected', 'Archived'];

/** `imprimatur wait`: waits until a version has an approval status. */
export function wait(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = newCommand(
    {
      name: 'wait',
      summary: 'Waits until a version has an approval status.',
      examples: [
        ['wait fraud/3', 'waits up to 10 minutes until version 3 of fraud is approved'],
        ['wait fraud/3 --timeout 2d --interval 1m', 'waits for two days, asking every minute'],
      ],
    },
    terminal,
  )
    .argument('<version>', 'ARN, <group>/<number> or alias')
    .option(
      '--status <status>',
      `one of ${approvalStatuses.join(', ')}`,
      approvalOption,
      'Approved',
    )
    .addOption(
      new Option('--timeout <duration>', 'how long to wait')
        .argParser(durationOption)
        .default(600_000, '10m'),
    )
    .addOption(
      new Option('--interval <duration>', 'how often to ask')
        .argParser(durationOption)
        .default(2_000, '2s'),
    )
    .addHelpText(
      'after',
      '\nExit codes: 0 the status is reached; 1 failed; 2 usage; 3 the version has another\n' +
        'final status, Rejected or Archived; 124 the time is over.',
    );
  addCommonOptions(command).action((name: string, options: WaitOptions) =>
    waitForStatus(name, options, terminal),
  );
  return runCommand(command, args);
}

async function waitForStatus(
  name: string,
  options: WaitOptions,
  terminal: Terminal,
): Promise<void> {
  const client = connect(options, terminal, { quiet: true });
  let current: string | undefined;
  const wanted = options.status;
  const label = (): string => `${name} is ${current ?? 'unknown'}; waiting for ${wanted}…`;
  const polled = poll(client, name, options, (status) => {
    current = status;
  });
  const described = await showProgress(terminal, label, polled);
  if (options.json) printJson(DescribeModelPackage, described, terminal);
  else terminal.out.write(`${versionName(described)} is ${options.status}.\n`);
}

/** Asks until the status is reached; a registry that is away for a while is waited for too. */
async function poll(
  client: Client,
  name: string,
  { status, timeout, interval }: WaitOptions,
  tell: (status: string | undefined) => void,
): Promise<DescribeModelPackageOutput> {
  const start = performance.now();
  let last: DescribeModelPackageOutput | undefined;
  for (;;) {
    try {
      last = await describeVersion(client, name);
      tell(last.ModelApprovalStatus);
    } catch (error) {
      if (last === undefined || !isPassing(error)) throw error;
    }
    const reached = last?.ModelApprovalStatus;
    if (last && reached === status) return last;
    if (final.includes(reached)) {
      throw new Failure(`${name} is ${reached}, not ${status}.`, exitCodes.otherStatus);
    }
    const left = timeout - (performance.now() - start);
    if (left <= 0) {
      const waited = elapsed(Math.round(timeout / 1000));
      const message = `${name} is still ${reached ?? 'without a status'} after ${waited}.`;
      throw new Failure(message, exitCodes.timedOut);
    }
    await sleep(Math.min(interval, left));
  }
}

function isPassing(error: unknown): boolean {
  if (error instanceof ServiceFailure) return error.status >= 500;
  return error instanceof ConnectionFailure;
}
