import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { databaseFileName } from '../src/config.ts';
import { count } from './format.ts';
import type { Options } from './options.ts';
import type { Progress } from './progress.ts';
import { scenarios } from './scenarios.ts';
import type { Scenario } from './scenarios.ts';
import { startEcho } from './server-process.ts';
import type { ServerProcess } from './server-process.ts';
import { fillPostgres, startPostgres } from './postgres-stores.ts';
import type { RawLoad } from './raw-postgres.ts';
import { measureRaw } from './raw-postgres.ts';
import { copyStore, keepStore, makeRunFolder } from './stores.ts';
import { measureServer, Subject } from './subject.ts';
import type { DriveSettings, Measured } from './subject.ts';

/** A window, and the window of another load that was driven just before to compare with. */
export interface Round {
  readonly measured: Measured;
  readonly reference?: Measured;
}

/** Everything measured at one size of the registry. */
export interface SizeResult {
  readonly versions: number;
  /** By scenario: a round each. */
  readonly rounds: ReadonlyMap<string, readonly Round[]>;
  readonly storeBytes: number;
  readonly startSeconds: number;
  readonly memory: { readonly now: number; readonly peak: number };
  /** How many times as much two servers describe as one, each round. */
  readonly secondServer: readonly number[];
}

interface Bench {
  readonly options: Options;
  readonly progress: Progress;
  readonly subjects: readonly Subject[];
  /** What describe is held against: nothing on PostgreSQL, where that is pgbench. */
  readonly echo: ServerProcess | undefined;
  readonly rounds: ReadonlyMap<Subject, Map<string, Round[]>>;
}

const warmUpSecondsMax = 1.5;

/** The raw statements that an operation comes down to. */
const rawLoads = new Map<string, RawLoad>([
  ['describe', 'select'],
  ['register', 'insert'],
]);

/** Runs every scenario at every size. */
export async function measureAll(options: Options, progress: Progress): Promise<SizeResult[]> {
  const runFolder = makeRunFolder();
  const subjects = await startSubjects(options, runFolder, progress);
  const isRoot = options.caller === 'root';
  if (!isRoot) await createUsers(subjects, progress);
  const isEchoed = isRoot && options.database === 'sqlite';
  const echo = isEchoed ? await startEcho(subjects[0]!.answer) : undefined;
  const rounds = new Map(subjects.map((subject) => [subject, new Map<string, Round[]>()]));
  const bench: Bench = { options, progress, subjects, echo, rounds };
  const chosen = scenarios.filter(({ name }) => options.scenarios.includes(name));
  // Writes come last, because they add to the registry and change what is newest.
  await measurePhase(
    bench,
    chosen.filter(({ effect }) => effect === 'read'),
  );
  await measurePhase(
    bench,
    chosen.filter(({ effect }) => effect === 'write'),
  );
  const secondServers = await measureSecondServers(bench, runFolder);
  const results = subjects.map((subject) => ({
    secondServer: secondServers.get(subject) ?? [],
    versions: subject.population.versions,
    rounds: rounds.get(subject)!,
    storeBytes: subject.storeBytes,
    startSeconds: subject.startSeconds,
    memory: subject.memory(),
  }));
  progress.step('stopping the servers');
  await echo?.stop();
  await Promise.all(subjects.map((subject) => subject.stop()));
  rmSync(runFolder, { recursive: true });
  return results;
}

/** Starts a server on a store of each size; on PostgreSQL all of them share one cluster. */
async function startSubjects(
  { database, versions: sizes }: Options,
  runFolder: string,
  progress: Progress,
): Promise<Subject[]> {
  const cluster = database === 'postgres' ? await startPostgres(progress) : undefined;
  const subjects: Subject[] = [];
  for (const versions of sizes) {
    const [dataDir, url] = cluster
      ? [
          mkdtempSync(join(runFolder, 'data-')),
          await fillPostgres(cluster, await keepStore(versions, progress), versions, progress),
        ]
      : [await copyStore(versions, runFolder, progress), undefined];
    progress.step(`starting the server on ${count(versions)} versions`);
    const settings = { database: url ?? `sqlite:${join(dataDir, databaseFileName)}` };
    subjects.push(await Subject.start(versions, dataDir, settings));
  }
  return subjects;
}

async function createUsers(subjects: readonly Subject[], progress: Progress): Promise<void> {
  for (const subject of subjects) {
    progress.step(`creating a user beside ${count(subject.population.versions)} versions`);
    await subject.createUser();
  }
}

/** On PostgreSQL: what a second server beside the first adds to reads. */
async function measureSecondServers(
  { options, progress, subjects }: Bench,
  runFolder: string,
): Promise<Map<Subject, number[]>> {
  const factors = new Map<Subject, number[]>();
  if (options.database === 'sqlite' || options.caller === 'user') return factors;
  const describe = scenarios.find(({ name }) => name === 'describe')!;
  for (const subject of subjects) {
    const { versions } = subject.population;
    progress.step(`two servers on ${count(versions)} versions`);
    const dataDir = mkdtempSync(join(runFolder, 'data-'));
    const second = await Subject.start(versions, dataDir, { database: subject.database });
    const rounds: number[] = [];
    for (let number = 0; number <= options.rounds; number += 1) {
      const { alone, together } = await subject.measureBeside(second, describe, options);
      // The first warms the second server up.
      if (number > 0) rounds.push(together / alone);
    }
    await second.stop();
    factors.set(subject, rounds);
  }
  return factors;
}

/** Sizes take turns within a scenario and scenarios within a round: what disturbs, disturbs all. */
async function measurePhase(bench: Bench, chosen: readonly Scenario[]): Promise<void> {
  const { options, progress, subjects } = bench;
  const seconds = Math.min(options.seconds, warmUpSecondsMax);
  for (const scenario of chosen) {
    for (const subject of subjects) {
      progress.step(`warming up: ${scenario.name} at ${count(subject.population.versions)}`);
      await measureRound(bench, subject, scenario, { ...options, seconds });
    }
  }
  for (let number = 1; number <= options.rounds; number += 1) {
    for (const scenario of chosen) {
      for (const subject of subjects) {
        const at = `${scenario.name} at ${count(subject.population.versions)}`;
        progress.step(`round ${number} of ${options.rounds}: ${at}`);
        const round = await measureRound(bench, subject, scenario, options);
        const kept = bench.rounds.get(subject)!;
        kept.set(scenario.name, [...(kept.get(scenario.name) ?? []), round]);
      }
    }
  }
}

/**
 * Describe is compared with the bare server, register with describe, both on PostgreSQL with raw
 * statements, and a user with the root user: A, B, A, B and so on.
 */
async function measureRound(
  { echo, options }: Bench,
  subject: Subject,
  scenario: Scenario,
  settings: DriveSettings,
): Promise<Round> {
  if (options.caller === 'user') {
    const reference = await subject.measure(scenario, settings);
    return { reference, measured: await subject.measure(scenario, settings, 'user') };
  }
  const rawLoad = rawLoads.get(scenario.name);
  if (!echo && rawLoad) {
    const { database, population } = subject;
    const reference = await measureRaw(rawLoad, database, population, settings);
    return { reference, measured: await subject.measure(scenario, settings) };
  }
  if (echo && scenario.name === 'describe') {
    const requests = unread(subject.prepare(scenario, settings.seconds));
    const reference = await measureServer(echo, requests, { ...settings, repeatable: true });
    return { reference, measured: await subject.measure(scenario, settings) };
  }
  if (echo && scenario.name === 'register') {
    const describe = scenarios.find(({ name }) => name === 'describe')!;
    const reference = await subject.measure(describe, settings);
    return { reference, measured: await subject.measure(scenario, settings) };
  }
  return { measured: await subject.measure(scenario, settings) };
}

/** Requests whose answer says nothing about them. */
function unread<T extends { isRight: unknown }>(requests: readonly T[]) {
  return requests.map((request) => ({ ...request, isRight: () => true }));
}
