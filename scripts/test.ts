/**
 * Runs the tests.
 *
 *   npm test                         everything; crash tests in their short form
 *   npm test -- src/kernel tags      the files whose path contains or matches one of these
 *   npm run test:crash               the crash tests in their long form
 *
 * What needs a database runs twice, on SQLite and on a PostgreSQL that is started for it.
 * `--database sqlite` and `--database postgres` run one half; IMPRIMATUR_TEST_POSTGRES_BIN names
 * the folder of the programs of another PostgreSQL.
 *
 * Tests of the code run in one process, which is ten times faster than a process for each file;
 * tests/wire and tests/crash start servers and clients and have a process of their own. The last
 * line is `N passed, N failed`, with `, N skipped` where tests were skipped; `--strict` fails then.
 */
import { fork } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { availableParallelism, devNull } from 'node:os';
import { join, matchesGlob, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { findPostgres, PostgresServer } from '../tests/support/postgres-server.ts';
import { preparePythonClients } from './python-clients.ts';
import type { GroupMessage } from './test-group.ts';
import { TestReport } from './test-report.ts';

const root = join(import.meta.dirname, '..');
const isolatedFolders = ['tests/wire/', 'tests/crash/'];
const eachFileBelow = 25;
/** How long nothing may be heard of a group before it counts as hung. */
const silentSecondsMax = { shared: 60, isolated: 300, long: 3_600 };

/** The test files, or those that the patterns name. */
function findFiles(patterns: string[]): string[] {
  const all = globSync(['src/**/*.test.ts', 'tests/**/*.test.ts'], { cwd: root })
    .map((file) => file.split(sep).join('/'))
    .sort();
  if (patterns.length === 0) return all;
  return all.filter((file) =>
    patterns.some((pattern) => file.includes(pattern) || matchesGlob(file, pattern)),
  );
}

/** The environment of the tests: nothing of the developer's own AWS or Imprimatur settings. */
function testEnvironment(more: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(AWS|IMPRIMATUR|OTEL)_/.test(name),
  );
  return {
    ...Object.fromEntries(inherited),
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
    NO_PROXY: 'localhost,127.0.0.1',
    no_proxy: 'localhost,127.0.0.1',
    ...more,
  };
}

/** Starts a group in a process group of its own, so that nothing it starts can outlive the run. */
function startGroup(mode: string, files: string[], env: NodeJS.ProcessEnv): ChildProcess {
  // Isolated tests leave one core to the server or client that each of them starts.
  const concurrency = Math.max(1, availableParallelism() - 1);
  const program = join(import.meta.dirname, 'test-group.ts');
  const detached = process.platform !== 'win32';
  const args = [mode, String(concurrency), ...files];
  const stdio: StdioOptions = ['ignore', 'inherit', 'inherit', 'ipc'];
  const child = fork(program, args, { cwd: root, env, detached, stdio });
  process.once('exit', () => killGroup(child));
  return child;
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

/** Some test files that run together; `label` tells a group's files from another's. */
interface Group {
  readonly mode: 'shared' | 'isolated';
  readonly label: string;
  readonly files: string[];
  readonly env: NodeJS.ProcessEnv;
}

/** Runs a group to its end; a group that hangs or breaks off is a failed test. */
async function runGroup({ mode, label, files, env }: Group, report: TestReport): Promise<void> {
  if (files.length === 0) return;
  const child = startGroup(mode, files, env);
  const take = (message: GroupMessage) =>
    report.take(
      mode + label,
      message.kind === 'ended' ? message : { ...message, file: label + message.file },
    );
  let [ended, failed, last, text] = [false, false, files[0]!, ''];
  const seconds = silentSecondsMax[env.IMPRIMATUR_TEST_LONG === undefined ? mode : 'long'];
  const watchdog = setTimeout(() => {
    text = `Nothing was heard for ${seconds} s: a test hangs, or left a server or a timer behind.`;
    killGroup(child);
  }, seconds * 1_000);
  child.on('message', (message: GroupMessage) => {
    watchdog.refresh();
    if (message.kind === 'ended') ended = true;
    else last = message.file;
    if (message.kind === 'failed') failed = true;
    take(message);
  });
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  clearTimeout(watchdog);
  if (ended && (failed || code === 0)) return;
  text ||= `The process of the tests ended early (${signal ?? `exit code ${code}`}).`;
  take({ kind: 'failed', file: last, name: 'the process', place: last, text });
  take({ kind: 'ended' });
}

/** What a test file imports that runs on either database. */
const databaseParts = /(?:test-app|scenario|test-database|test-server)\.ts'/u;

function usesDatabase(file: string): boolean {
  return databaseParts.test(readFileSync(join(root, file), 'utf8'));
}

/** The groups of a run: the code's tests on each database, and those that start processes. */
async function groupsOf(
  files: string[],
  env: NodeJS.ProcessEnv,
  database: string,
): Promise<Group[]> {
  const isIsolated = (file: string) => isolatedFolders.some((folder) => file.startsWith(folder));
  const shared = files.filter((file) => !isIsolated(file));
  const groups: Group[] = [
    { mode: 'shared', label: '', files: shared, env },
    { mode: 'isolated', label: '', files: files.filter(isIsolated), env },
  ];
  const again = groups.map((group) => ({ ...group, files: group.files.filter(usesDatabase) }));
  if (database === 'sqlite' || again.every((group) => group.files.length === 0)) return groups;
  const found = findPostgres();
  if ('unavailable' in found) {
    console.log(`Tests on PostgreSQL are skipped: ${found.unavailable}.`);
    return groups;
  }
  const server = await PostgresServer.start();
  process.once('exit', () => server.discard());
  const url = { IMPRIMATUR_TEST_DATABASE: server.url() };
  const onPostgres = { label: 'on PostgreSQL: ', env: { ...env, ...url } };
  return [...groups, ...again.map((group) => ({ ...group, ...onPostgres }))];
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: {
      long: { type: 'boolean' },
      strict: { type: 'boolean' },
      database: { type: 'string', default: 'both' },
    },
    allowPositionals: true,
  });
  if (!['both', 'sqlite', 'postgres'].includes(values.database)) {
    throw new Error(`--database is sqlite, postgres or both, not '${values.database}'.`);
  }
  const files = findFiles(positionals);
  const more: NodeJS.ProcessEnv = values.long === true ? { IMPRIMATUR_TEST_LONG: '1' } : {};
  const bin = process.env['IMPRIMATUR_TEST_POSTGRES_BIN'];
  if (bin !== undefined) more.IMPRIMATUR_TEST_POSTGRES_BIN = bin;
  if (files.some((file) => file.startsWith('tests/') && !file.startsWith('tests/house/'))) {
    const clients = await preparePythonClients();
    if ('python' in clients) more.IMPRIMATUR_TEST_PYTHON = clients.python;
    else console.log(`Tests with boto3 and the AWS CLI are skipped: ${clients.unavailable}.`);
  }
  const report = new TestReport(files.length < eachFileBelow);
  const all = await groupsOf(files, testEnvironment(more), values.database);
  const groups = values.database === 'postgres' ? all.filter(({ label }) => label !== '') : all;
  await Promise.all(groups.map((group) => runGroup(group, report)));
  report.finish();
  const { passed, failed, skipped } = report;
  if (files.length === 0) console.log('No test file matches.');
  if (values.strict === true && skipped > 0) console.log('Skipped tests count as failed here.');
  const ok = failed === 0 && passed > 0 && !(values.strict === true && skipped > 0);
  process.exitCode = ok ? 0 : 1;
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
}

// Ends by way of `exit`, which takes the groups along.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
await main();
