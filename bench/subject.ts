import { statSync } from 'node:fs';
import { join } from 'node:path';
import { databaseFileName } from '../src/config.ts';
import { median } from './format.ts';
import { drive } from './load.ts';
import type { Window } from './load.ts';
import { populationOf, seededRandom } from './population.ts';
import type { Population } from './population.ts';
import { scenarios } from './scenarios.ts';
import type { Scenario } from './scenarios.ts';
import { startRegistry } from './server-process.ts';
import type { ServerProcess, StartedRegistry } from './server-process.ts';
import { sign } from './signed-request.ts';
import type { SignedRequest } from './signed-request.ts';

/** A window of one scenario, and what it cost the server. */
export interface Measured extends Window {
  /** Microseconds; NaN where the system does not tell. */
  readonly cpuPerOperation: number;
  /** The share of the time in which the server could have run but other programs had its core. */
  readonly waitedShare: number;
}

/** How windows are driven. */
export interface DriveSettings {
  readonly seconds: number;
  readonly connections: number;
}

const startsMeasured = 3;
/** Requests per second that the first window of a scenario is prepared for. */
const firstGuess = 4_000;
const preparedMax = 50_000;

/** A registry of one size under test. */
export class Subject {
  readonly population: Population;
  readonly storeBytes: number;
  /** From process start to the first answer, in seconds; the median of some starts. */
  readonly startSeconds: number;
  /** The answer of DescribeModelPackage that the echo server repeats. */
  readonly answer: StartedRegistry['answer'];
  readonly #server: ServerProcess;
  readonly #random: () => number;
  readonly #rates = new Map<Scenario, number>();

  private constructor(
    population: Population,
    dataDir: string,
    started: StartedRegistry & { random: () => number },
  ) {
    this.population = population;
    this.storeBytes = statSync(join(dataDir, databaseFileName)).size;
    this.startSeconds = started.startSeconds;
    this.answer = started.answer;
    this.#server = started.server;
    this.#random = started.random;
  }

  /** Starts the server on a data folder, some times over to know how long that takes. */
  static async start(
    versions: number,
    dataDir: string,
    nodeFlags: readonly string[] = [],
  ): Promise<Subject> {
    const population = populationOf(versions);
    const random = seededRandom(versions);
    const describe = scenarios.find(({ name }) => name === 'describe')!;
    const first = (): SignedRequest => sign(describe.makeCall(population, random));
    const seconds: number[] = [];
    let started = await startRegistry(dataDir, first(), nodeFlags);
    for (let count = 0; count < startsMeasured; count += 1) {
      await started.server.stop();
      started = await startRegistry(dataDir, first(), nodeFlags);
      seconds.push(started.startSeconds);
    }
    return new Subject(population, dataDir, { ...started, startSeconds: median(seconds), random });
  }

  /** Signs requests of a scenario, enough of them for a window of so many seconds. */
  prepare(scenario: Scenario, seconds: number): SignedRequest[] {
    const rate = (this.#rates.get(scenario) ?? firstGuess) * 1.3;
    const count = Math.min(Math.ceil(rate * seconds), preparedMax);
    return Array.from({ length: count }, () =>
      sign(scenario.makeCall(this.population, this.#random)),
    );
  }

  /** Drives a window of a scenario, with requests signed just before. */
  async measure(scenario: Scenario, settings: DriveSettings): Promise<Measured> {
    const requests = this.prepare(scenario, settings.seconds);
    const repeatable = scenario.effect === 'read';
    const measured = await measureServer(this.#server, requests, { ...settings, repeatable });
    this.#rates.set(scenario, measured.perSecond);
    return measured;
  }

  /** Resident memory of the server in bytes. */
  memory(): ReturnType<ServerProcess['memory']> {
    return this.#server.memory();
  }

  /** Ends the server. */
  stop(): Promise<void> {
    return this.#server.stop();
  }
}

/** Drives a window against any server. */
export async function measureServer(
  server: ServerProcess,
  requests: readonly SignedRequest[],
  settings: DriveSettings & { repeatable: boolean },
): Promise<Measured> {
  const before = server.cpu();
  const window = await drive(requests, { ...settings, port: server.port });
  const after = server.cpu();
  const elapsed = window.toMicroseconds - window.fromMicroseconds;
  return {
    ...window,
    cpuPerOperation: (after.used - before.used) / window.operations,
    waitedShare: (after.waited - before.waited) / elapsed,
  };
}
