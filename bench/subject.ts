import type { SigningCredentials } from '../src/server/sigv4-sign.ts';
import { openAnyDatabase } from '../src/store/open-database.ts';
import { median } from './format.ts';
import { drive } from './load.ts';
import type { Window } from './load.ts';
import { populationOf, seededRandom } from './population.ts';
import type { Population } from './population.ts';
import { scenarios } from './scenarios.ts';
import type { Scenario } from './scenarios.ts';
import { startRegistry } from './server-process.ts';
import type { ServerProcess, StartedRegistry, StartSettings } from './server-process.ts';
import { createTeamMember } from './team-member.ts';
import { rootKey, sign } from './signed-request.ts';
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

type Caller = 'root' | 'user';

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
  readonly database: string;
  readonly #server: ServerProcess;
  readonly #random: () => number;
  readonly #rates = new Map<Scenario, number>();
  #userKey: SigningCredentials | undefined;

  private constructor(
    population: Population,
    started: StartedRegistry & { random: () => number; storeBytes: number; database: string },
  ) {
    this.population = population;
    this.storeBytes = started.storeBytes;
    this.database = started.database;
    this.startSeconds = started.startSeconds;
    this.answer = started.answer;
    this.#server = started.server;
    this.#random = started.random;
  }

  /** Starts the server on a data folder, some times over to know how long that takes. */
  static async start(
    versions: number,
    dataDir: string,
    settings: StartSettings & { database: string },
  ): Promise<Subject> {
    const population = populationOf(versions);
    const random = seededRandom(versions);
    const describe = scenarios.find(({ name }) => name === 'describe')!;
    const first = (): SignedRequest => sign(describe.makeCall(population, random));
    const seconds: number[] = [];
    const storeBytes = await sizeOf(settings.database);
    let started = await startRegistry(dataDir, first(), settings);
    for (let count = 0; count < startsMeasured; count += 1) {
      await started.server.stop();
      started = await startRegistry(dataDir, first(), settings);
      seconds.push(started.startSeconds);
    }
    const startSeconds = median(seconds);
    const { database } = settings;
    return new Subject(population, { ...started, startSeconds, random, storeBytes, database });
  }

  /** Creates the user as whom requests can be signed from then on. */
  async createUser(): Promise<void> {
    this.#userKey = await createTeamMember(this.#server.port);
  }

  /** Signs requests of a scenario, enough of them for a window of so many seconds. */
  prepare(scenario: Scenario, seconds: number, caller: Caller = 'root'): SignedRequest[] {
    const rate = (this.#rates.get(scenario) ?? firstGuess) * 1.3;
    const count = Math.min(Math.ceil(rate * seconds), preparedMax);
    return Array.from({ length: count }, () =>
      sign(scenario.makeCall(this.population, this.#random), this.#keyOf(caller)),
    );
  }

  #keyOf(caller: Caller): SigningCredentials {
    if (caller === 'root') return rootKey;
    if (!this.#userKey) throw new Error('The user was not created.');
    return this.#userKey;
  }

  /** Drives a window of a scenario, with requests signed just before. */
  async measure(
    scenario: Scenario,
    settings: DriveSettings,
    caller: Caller = 'root',
  ): Promise<Measured> {
    const requests = this.prepare(scenario, settings.seconds, caller);
    const repeatable = scenario.effect === 'read';
    const measured = await measureServer(this.#server, requests, { ...settings, repeatable });
    this.#rates.set(scenario, measured.perSecond);
    return measured;
  }

  /** Drives the same requests against this server, and against it and another one at once. */
  async measureBeside(
    other: Subject,
    scenario: Scenario,
    settings: DriveSettings,
  ): Promise<{ alone: number; together: number }> {
    const requests = this.prepare(scenario, settings.seconds);
    const half = { ...settings, connections: settings.connections / 2, repeatable: true };
    const whole = { ...settings, repeatable: true };
    const alone = await measureServer(this.#server, requests, whole);
    const both = await Promise.all([
      measureServer(this.#server, requests, half),
      measureServer(other.#server, requests, half),
    ]);
    const together = both.reduce((sum, { perSecond }) => sum + perSecond, 0);
    return { alone: alone.perSecond, together };
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

async function sizeOf(url: string): Promise<number> {
  const database = await openAnyDatabase(url);
  const { bytes } = await database.status();
  await database.close();
  return bytes;
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
