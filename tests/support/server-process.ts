/**
 * The real server as a child process, for tests that need a socket, a signal or a crash.
 *
 *   const server = await start();
 *   const { ModelPackageGroupArn } = await server.ok('CreateModelPackageGroup', { … });
 *   await server.stop();
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signRequest } from '../../src/server/sigv4-sign.ts';
import type { SigningCredentials } from '../../src/server/sigv4-sign.ts';

/** What a server may be started with; by default a fresh folder and a fresh root key. */
export interface StartOptions {
  /** Further flags of `imprimatur serve`: `['--strict-aws']`. */
  readonly flags?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Kept after the end when given; else a temporary folder that goes with the server. */
  readonly dataDir?: string;
  readonly credentials?: SigningCredentials;
  readonly startSecondsMax?: number;
  /** Kills the server, also while it starts. */
  readonly signal?: AbortSignal;
}

/** What stands before an operation's name in X-Amz-Target, by the signing name of its service. */
const targetPrefixes = {
  sagemaker: 'SageMaker',
  imprimatur: 'Imprimatur',
  cloudtrail: 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101',
  events: 'AWSEvents',
} as const;

/** A service that is called in JSON. */
export type JsonService = keyof typeof targetPrefixes;

/** Which service and region a call is for; `headers` are added before signing. */
export interface CallOptions {
  readonly service?: JsonService;
  readonly region?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer off the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The text as JSON; undefined when it is empty. */
  readonly body: Record<string, unknown> | undefined;
}

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export const processRegion = 'eu-west-1';
const root = join(import.meta.dirname, '../..');
/** A module that ends its process when ours is gone, however it went: the pipe to it breaks. */
const endWithUs =
  'data:text/javascript,process.stdin.resume().once("close",' +
  '()=>process.kill(process.pid,"SIGKILL")).unref()';

/** Starts a server and waits until it listens; fails with its output when it does not. */
export async function start(options: StartOptions = {}): Promise<ServerProcess> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'imprimatur-server-'));
  const credentials = options.credentials ?? {
    accessKeyId: `AKIA${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(24).toString('base64url'),
  };
  const flags = ['--port', '0', '--data-dir', dataDir, ...(options.flags ?? [])];
  const program = ['--import', endWithUs, join(root, 'src/main.ts')];
  const child = spawn(process.execPath, [...program, 'serve', ...flags], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...process.env,
      IMPRIMATUR_ROOT_ACCESS_KEY_ID: credentials.accessKeyId,
      IMPRIMATUR_ROOT_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      ...options.env,
    },
  });
  options.signal?.addEventListener('abort', () => child.kill('SIGKILL'));
  const server = new ServerProcess(child, dataDir, credentials, options.dataDir === undefined);
  await server.listening(options.startSecondsMax ?? 20);
  // A test that forgets its server must not hang for it: the server ends when the test does.
  for (const one of [child, child.stdin, child.stdout, child.stderr]) (one as ChildProcess).unref();
  return server;
}

/** A running server and a signed client for it. */
export class ServerProcess {
  readonly dataDir: string;
  readonly credentials: SigningCredentials;
  readonly pid: number;
  /** Set as soon as `start` has answered. */
  port = 0;
  endpoint = '';
  readonly #child: ChildProcess;
  readonly #ended: Promise<Ending>;
  readonly #isTemporary: boolean;
  readonly #agent = new Agent({ keepAlive: true });
  #output = '';

  constructor(
    child: ChildProcess,
    dataDir: string,
    credentials: SigningCredentials,
    isTemporary: boolean,
  ) {
    this.#child = child;
    this.dataDir = dataDir;
    this.credentials = credentials;
    this.#isTemporary = isTemporary;
    this.pid = child.pid ?? 0;
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
    }
    this.#ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => {
        this.#agent.destroy();
        resolve({ code, signal });
      });
    });
  }

  /** Everything that the server has written to standard output and standard error. */
  output(): string {
    return this.#output;
  }

  /** Waits for the line that names the endpoint. */
  async listening(secondsMax: number): Promise<void> {
    const deadline = Date.now() + secondsMax * 1000;
    let ending: Ending | undefined;
    void this.#ended.then((how) => (ending = how));
    for (;;) {
      const found = /^Imprimatur is listening on (https?:\/\/\S+:(\d+))$/m.exec(this.#output);
      if (found) {
        this.endpoint = found[1]!;
        this.port = Number(found[2]);
        return;
      }
      const late = Date.now() > deadline;
      if (late) await this.kill();
      if (late || ending) {
        const why = late ? `not listening after ${secondsMax} s` : `ended early (${ending?.code})`;
        throw new Error(`The server is ${why}:\n${this.#output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** `kill -9`: answers when the process is gone. */
  async kill(): Promise<Ending> {
    this.#child.kill('SIGKILL');
    return this.end();
  }

  /** Sends SIGTERM, without waiting. */
  terminate(): void {
    this.#child.kill('SIGTERM');
  }

  /** Sends a signal, without waiting. */
  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** SIGTERM: answers when the process has ended by itself; after `secondsMax` it is killed. */
  async stop(secondsMax = 15): Promise<Ending> {
    this.terminate();
    const patience = setTimeout(() => this.#child.kill('SIGKILL'), secondsMax * 1000);
    const ending = await this.end();
    clearTimeout(patience);
    return ending;
  }

  /** Waits until the process has ended, whoever ends it. */
  async end(): Promise<Ending> {
    this.#child.ref();
    const ending = await this.#ended;
    if (this.#isTemporary) rmSync(this.dataDir, { recursive: true, force: true });
    return ending;
  }

  /** The headers of a signed call; a body may be any bytes. */
  signed(
    operation: string,
    body: Buffer | string,
    { service = 'sagemaker', region = processRegion, headers: more = {} }: CallOptions = {},
  ): Record<string, string> {
    const headers = {
      host: `127.0.0.1:${this.port}`,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `${targetPrefixes[service]}.${operation}`,
      ...more,
    };
    const request = { method: 'POST', path: '/', query: '', headers, body: Buffer.from(body) };
    const { credentials } = this;
    const now = Date.now();
    return { ...headers, ...signRequest({ ...request, credentials, region, service, now }) };
  }

  /** Sends a signed call over a kept connection; throws only when the connection breaks. */
  call(operation: string, input: object | string = {}, options?: CallOptions): Promise<Answer> {
    const body = typeof input === 'string' ? input : JSON.stringify(input);
    const headers = {
      ...this.signed(operation, body, options),
      'content-length': String(Buffer.byteLength(body)),
    };
    return new Promise((resolve, reject) => {
      const to = { host: '127.0.0.1', port: this.port, method: 'POST', agent: this.#agent };
      const sent = httpRequest({ ...to, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const { statusCode: status = 0, headers: answered } = response;
          const parsed = text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>);
          resolve({ status, headers: answered, text, body: parsed });
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }

  /** The output of a call that must succeed. */
  async ok<Output = Record<string, unknown>>(
    operation: string,
    input: object = {},
    options?: CallOptions,
  ): Promise<Output> {
    const answer = await this.call(operation, input, options);
    assert.equal(answer.status, 200, `${operation}: ${answer.text}`);
    return answer.body as Output;
  }
}
