import { mkdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { databaseFileName } from '../src/config.ts';
import { count, figure, percent } from './format.ts';
import { readShares } from './cpu-profile.ts';
import type { CpuProfile, FunctionShare } from './cpu-profile.ts';
import type { Options } from './options.ts';
import type { Progress } from './progress.ts';
import { table } from './report.ts';
import { scenarios } from './scenarios.ts';
import { cacheFolder, copyStore, makeRunFolder } from './stores.ts';
import { Subject } from './subject.ts';

const profilesFolder = join(cacheFolder, 'profiles');
const samplingMicroseconds = 200;
const rowsShown = 30;

/** Profiles the server in one scenario, and tells where its time goes. */
export async function profile(options: Options, progress: Progress): Promise<string> {
  const scenario = scenarios.find(({ name }) => name === options.scenarios[0])!;
  const versions = options.versions.at(-1)!;
  const dataDir = await copyStore(versions, makeRunFolder(), progress);
  mkdirSync(profilesFolder, { recursive: true });
  const name = `${scenario.name}-${versions}.cpuprofile`;
  const nodeFlags = [
    '--cpu-prof',
    `--cpu-prof-interval=${samplingMicroseconds}`,
    `--cpu-prof-dir=${profilesFolder}`,
    `--cpu-prof-name=${name}`,
  ];
  const database = `sqlite:${join(dataDir, databaseFileName)}`;
  const subject = await Subject.start(versions, dataDir, { nodeFlags, database });
  if (options.caller === 'user') await subject.createUser();
  progress.step(`warming up: ${scenario.name} at ${count(versions)}`);
  await subject.measure(scenario, { ...options, seconds: 2 }, options.caller);
  progress.step(`profiling: ${scenario.name} at ${count(versions)}`);
  const measured = await subject.measure(scenario, options, options.caller);
  await subject.stop();
  progress.done();
  const file = join(profilesFolder, name);
  const content = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile;
  const shares = readShares(content, measured.fromMicroseconds, measured.toMicroseconds);
  return [
    `${scenario.name} at ${count(versions)} versions: ${count(measured.perSecond)} operations ` +
      `per second while profiled, ${figure(measured.cpuPerOperation)} µs CPU time each. ` +
      `For ${percent(measured.waitedShare)} of the time others had the server's core, which is ` +
      'counted against the system calls that woke them.',
    `By the time in the function itself; all of it in ${relative(process.cwd(), file)}, which ` +
      "opens in Chrome's DevTools:",
    rows(shares),
    'Our own functions, by the time in them and all they call:',
    rows(ours(shares)),
  ].join('\n\n');
}

function ours(shares: readonly FunctionShare[]): FunctionShare[] {
  return shares.filter(({ name }) => name.includes('  src/')).sort((a, b) => b.total - a.total);
}

function rows(shares: readonly FunctionShare[]): string {
  const shown = shares.slice(0, rowsShown);
  return table(
    ['self', 'total', 'function'],
    shown.map(({ name, self, total }) => [percent(self), percent(total), name]),
  );
}
