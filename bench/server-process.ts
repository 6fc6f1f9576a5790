import { fork, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Connection } from './connection.ts';
import type { Echo } from './echo-server.ts';
import { signingKey } from './settle.ts';
import { rootKey } from './signed-request.ts';
import type { SignedRequest } from './signed-request.ts';

const root = join(import.meta.dirname, '..');
const stopSecondsMax = 20;
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** What a process had of the cores. */
export interface CpuTimes {
  /** By all threads. */
  readonly used: number;
  /** Time that the main thread could have run but had no core, because others had them. */
  readonly waited: number;
}

/** A server in a process of its own. */
export class ServerProcess {
  readonly port: number;
  readonly #child: ChildProcess;

  constructor(child: ChildProcess, port: number) {
    this.port = port;
    this.#child = child;
  }

  /** CPU time in microseconds, NaN where the system does not tell. */
  cpu(): CpuTimes {
    const folder = `/proc/${this.#child.pid}/task`;
    const threads = threadsIn(folder).map((thread) => timesIn(`${folder}/${thread}/schedstat`));
    if (threads.length === 0) return { used: Number.NaN, waited: Number.NaN };
    const used = threads.reduce((sum, [running]) => sum + running, 0);
    return { used, waited: threads[0]![1] };
  }

  /** Resident memory in bytes, now and at its highest; NaN where the system does not tell. */
  memory(): { now: number; peak: number } {
    const status = read(`/proc/${this.#child.pid}/status`) ?? '';
    const bytes = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024;
    return { now: bytes('VmRSS'), peak: bytes('VmHWM') };
  }

  /** Asks the process to end, and waits for it. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    const patience = setTimeout(() => this.#child.kill('SIGKILL'), stopSecondsMax * 1_000);
    this.#child.kill('SIGTERM');
    await ended;
    clearTimeout(patience);
  }
}

function threadsIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** How long a thread has run and how long it has waited to run. */
function timesIn(file: string): [running: number, waiting: number] {
  const [running, waiting] = (read(file) ?? '').split(' ').map((text) => Number(text) / 1_000);
  return [running ?? Number.NaN, waiting ?? Number.NaN];
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** A registry that has answered, and how long that took from the start of its process. */
export interface StartedRegistry {
  readonly server: ServerProcess;
  readonly startSeconds: number;
  /** The first answer. */
  readonly answer: { readonly head: string; readonly body: string };
}

/** What a server may be started with. */
export interface StartSettings {
  readonly nodeFlags?: readonly string[];
  /** A database URL; SQLite in the data folder else. */
  readonly database?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the real server on a data folder and waits until it has answered a first request. */
export async function startRegistry(
  dataDir: string,
  first: SignedRequest,
  { nodeFlags = [], database, env }: StartSettings = {},
): Promise<StartedRegistry> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...nodeFlags, ...startArguments()], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...ownEnvironment(),
      IMPRIMATUR_PORT: '0',
      IMPRIMATUR_DATA_DIR: dataDir,
      ...(database !== undefined && { IMPRIMATUR_DATABASE: database }),
      ...signingKey,
      ...env,
      IMPRIMATUR_ROOT_ACCESS_KEY_ID: rootKey.accessKeyId,
      IMPRIMATUR_ROOT_SECRET_ACCESS_KEY: rootKey.secretAccessKey,
    },
  });
  watch(child);
  const port = await greetedPort(child);
  const answer = await ask(port, first);
  const startSeconds = (performance.now() - startedAt) / 1_000;
  return { server: new ServerProcess(child, port), startSeconds, answer };
}

/** Starts the bare server that gives every request the same answer. */
export async function startEcho(answer: StartedRegistry['answer']): Promise<ServerProcess> {
  const child = fork(join(import.meta.dirname, 'echo-server.ts'));
  watch(child);
  const lines = answer.head.trimEnd().split('\r\n').slice(1);
  const headers = Object.fromEntries(lines.map((line) => line.split(': ', 2) as [string, string]));
  // Node.js sets these by itself, at the same cost as in the real server.
  for (const name of ['Date', 'Connection', 'Keep-Alive']) delete headers[name];
  child.send({ headers, body: answer.body } satisfies Echo);
  const [port] = (await once(child, 'message')) as [number];
  return new ServerProcess(child, port);
}

/** What `npm start` gives to Node.js, so that what is measured is what users run. */
function startArguments(): string[] {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: { start: string };
  };
  return manifest.scripts.start.split(' ').slice(1);
}

function watch(child: ChildProcess): void {
  running.add(child);
  child.once('exit', () => running.delete(child));
}

/** The developer's own settings must not change what is measured. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(AWS|IMPRIMATUR|NODE|DATABASE)_/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

async function greetedPort(child: ChildProcess): Promise<number> {
  for await (const line of createInterface({ input: child.stdout! })) {
    const port = /^Imprimatur is listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (port === undefined) continue;
    child.stdout!.resume();
    return Number(port);
  }
  throw new Error('The server ended before it was ready.');
}

async function ask(port: number, request: SignedRequest): Promise<StartedRegistry['answer']> {
  const connection = await Connection.open(port);
  const answered = new Promise<StartedRegistry['answer']>((resolve, reject) => {
    connection.onFailure = reject;
    connection.onAnswer = ({ status, head, body }) => {
      const text = body.toString();
      if (status === 200 && request.isRight(JSON.parse(text)))
        resolve({ head: head.toString('latin1'), body: text });
      else reject(new Error(`The first answer was wrong: ${status} ${text}`));
    };
  });
  connection.send(request.bytes);
  const answer = await answered;
  connection.close();
  return answer;
}
