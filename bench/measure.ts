import { rmSync } from 'node:fs';
import { count } from './format.ts';
import type { Options } from './options.ts';
import type { Progress } from './progress.ts';
import { scenarios } from './scenarios.ts';
import type { Scenario } from './scenarios.ts';
import { startEcho } from './server-process.ts';
import type { ServerProcess } from './server-process.ts';
import { copyStore, makeRunFolder } from './stores.ts';
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
}

interface Bench {
  readonly options: Options;
  readonly progress: Progress;
  readonly subjects: readonly Subject[];
  readonly echo: ServerProcess;
  readonly rounds: ReadonlyMap<Subject, Map<string, Round[]>>;
}

const warmUpSecondsMax = 1.5;

/** Runs every scenario at every size. */
export async function measureAll(options: Options, progress: Progress): Promise<SizeResult[]> {
  const runFolder = makeRunFolder();
  const subjects: Subject[] = [];
  for (const versions of options.versions) {
    const dataDir = await copyStore(versions, runFolder, progress);
    progress.step(`starting the server on ${count(versions)} versions`);
    subjects.push(await Subject.start(versions, dataDir));
  }
  const echo = await startEcho(subjects[0]!.answer);
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
  const results = subjects.map((subject) => ({
    versions: subject.population.versions,
    rounds: rounds.get(subject)!,
    storeBytes: subject.storeBytes,
    startSeconds: subject.startSeconds,
    memory: subject.memory(),
  }));
  progress.step('stopping the servers');
  await Promise.all([echo, ...subjects].map((server) => server.stop()));
  rmSync(runFolder, { recursive: true });
  return results;
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

/** Describe is compared with the bare server, register with describe: A, B, A, B and so on. */
async function measureRound(
  { echo }: Bench,
  subject: Subject,
  scenario: Scenario,
  settings: DriveSettings,
): Promise<Round> {
  if (scenario.name === 'describe') {
    const requests = unread(subject.prepare(scenario, settings.seconds));
    const reference = await measureServer(echo, requests, { ...settings, repeatable: true });
    return { reference, measured: await subject.measure(scenario, settings) };
  }
  if (scenario.name === 'register') {
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
