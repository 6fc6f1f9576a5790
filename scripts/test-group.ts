/**
 * Runs some test files in this process, or each in a process of its own, and reports to the parent
 * process what happened. Started by test.ts:
 *
 *   node scripts/test-group.ts shared|isolated CONCURRENCY FILE…
 */
import { once } from 'node:events';
import { relative } from 'node:path';
import { run } from 'node:test';
import type { EventData } from 'node:test';
import { inspect, stripVTControlCharacters } from 'node:util';

/** What a group of tests tells the process that started it. */
export type GroupMessage =
  | { kind: 'started'; file: string; name: string }
  | { kind: 'passed'; file: string; name: string; milliseconds: number }
  | { kind: 'skipped'; file: string; name: string; reason: string }
  | { kind: 'failed'; file: string; name: string; place: string; text: string }
  | { kind: 'ended' };

/** The tests and suites that are open, outermost first; events arrive file by file, in order. */
let open: { file: string; name: string }[] = [];

function send(message: GroupMessage): void {
  process.send?.(message);
}

function fileOf(data: { file?: string }): string {
  return relative(process.cwd(), data.file ?? process.cwd());
}

function openTest(data: EventData.TestStart): void {
  open = [...open.slice(0, data.nesting), { file: fileOf(data), name: data.name }];
  send({ kind: 'started', ...identify(data) });
}

/** A test is known by its outermost file and by the path of its names. */
function identify(data: { name: string; nesting: number; file?: string }) {
  const parents = open.slice(0, data.nesting);
  const file = parents[0]?.file ?? fileOf(data);
  const names = [...parents.map((parent) => parent.name), data.name];
  const isFile = data.nesting === 0 && data.name.endsWith(file);
  return { file, name: isFile ? 'the whole file' : names.join(' › ') };
}

/** The error without the frames inside Node.js, which never say where the fault is. */
function textOf(error: Error): string {
  const cause = error.cause ?? error;
  if (typeof cause === 'string') return cause;
  const isAssertion = cause instanceof Error && cause.name === 'AssertionError';
  const whole = isAssertion ? (cause.stack ?? cause.message) : inspect(cause);
  const lines = stripVTControlCharacters(whole).split('\n');
  return lines.filter((line) => !/^\s+at .*\(?node:/.test(line)).join('\n');
}

function passTest(data: EventData.TestPass): void {
  if (data.details.type === 'suite') return;
  const base = identify(data);
  const why = data.skip ?? data.todo;
  if (why === undefined || why === false) {
    send({ kind: 'passed', ...base, milliseconds: data.details.duration_ms });
  } else {
    send({ kind: 'skipped', ...base, reason: typeof why === 'string' ? why : 'no reason given' });
  }
}

function failTest(data: EventData.TestFail): void {
  const base = identify(data);
  const { error, type } = data.details;
  const byChildren = 'failureType' in error && error.failureType === 'subtestsFailed';
  if (data.todo !== undefined && data.todo !== false) {
    send({ kind: 'skipped', ...base, reason: 'still to do' });
  } else if (!byChildren || type !== 'suite') {
    const text = byChildren ? 'A test in it failed.' : textOf(error);
    send({ kind: 'failed', ...base, place: `${fileOf(data)}:${data.line ?? 1}`, text });
  }
}

/** In a shared process Node.js only remarks on errors thrown after a test's end; here they fail. */
function noteLateError(data: EventData.TestDiagnostic): void {
  if (!data.message.includes('asynchronous activity after the test ended')) return;
  const file = open[0]?.file ?? fileOf(data);
  send({ kind: 'failed', file, name: 'after a test ended', place: file, text: data.message });
}

async function main([mode, concurrency, ...files]: string[]): Promise<void> {
  const events =
    mode === 'shared'
      ? run({ files, isolation: 'none' })
      : run({ files, concurrency: Number(concurrency) });
  events.on('test:start', openTest).on('test:pass', passTest).on('test:fail', failTest);
  events.on('test:stdout', (data) => process.stdout.write(data.message));
  events.on('test:stderr', (data) => process.stdout.write(data.message));
  if (mode === 'shared') events.on('test:diagnostic', noteLateError);
  events.resume();
  await once(events, 'end');
  process.send?.({ kind: 'ended' } satisfies GroupMessage, () => process.exit());
}

process.on('disconnect', () => process.exit(1));
// A shared run ends when nothing is left to wait for; the channel to the parent must not count.
process.channel?.unref();
await main(process.argv.slice(2));
