/** A client without manners: it says over a raw socket whatever it is told to. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { databaseFileName } from '../../src/config.ts';
import { limits } from '../../src/kernel/limits.ts';
import type { CallOptions, ServerProcess } from '../support/server-process.ts';

/** One HTTP answer, taken apart. */
export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A socket to a server; whatever comes back is collected. */
export class RawConnection {
  readonly socket: Socket;
  readonly #closed: Promise<unknown>;
  #received = Buffer.alloc(0);
  /** Whether the other side has ended or broken the connection. */
  isClosed = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => (this.#received = Buffer.concat([this.#received, chunk])));
    // A server may break off a connection that it has answered; what counts is what it said.
    socket.on('error', () => undefined);
    this.#closed = new Promise<void>((resolve) => {
      const close = () => {
        this.isClosed = true;
        resolve();
      };
      socket.once('end', close).once('close', close);
    });
  }

  static async open(server: ServerProcess): Promise<RawConnection> {
    const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  /** Writes and waits until it has left; stops quietly when the server will not take it. */
  async write(bytes: string | Buffer): Promise<void> {
    if (this.socket.destroyed) await this.#closed;
    if (this.isClosed) return;
    const left = this.socket.write(
      typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes,
    );
    if (!left)
      await Promise.race([once(this.socket, 'drain').catch(() => undefined), this.#closed]);
  }

  /** The next answer; fails when none comes in time. */
  async answer(secondsMax = 8): Promise<RawAnswer> {
    const deadline = performance.now() + secondsMax * 1000;
    for (;;) {
      const answer = this.#take();
      if (answer) return answer;
      assert.ok(!this.isClosed, `closed after ${JSON.stringify(this.rest)}`);
      assert.ok(performance.now() < deadline, `no answer after ${secondsMax} s`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  /** What has come so far and is no whole answer. */
  get rest(): string {
    return this.#received.toString('utf8');
  }

  /** Waits until the server has closed; fails when it does not in time. */
  async closed(secondsMax = 8): Promise<void> {
    const late = new Promise((_, reject) => {
      const error = new Error(`still open after ${secondsMax} s`);
      setTimeout(() => reject(error), secondsMax * 1000).unref();
    });
    await Promise.race([this.#closed, late]);
  }

  end(): void {
    this.socket.destroy();
  }

  /** The first whole answer of what was received, if there is one. */
  #take(): RawAnswer | undefined {
    const end = this.#received.indexOf('\r\n\r\n');
    if (end < 0) return undefined;
    const [first = '', ...lines] = this.#received.toString('latin1', 0, end).split('\r\n');
    const headers = Object.fromEntries(
      lines.map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 1).trim(),
      ]),
    ) as Record<string, string>;
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(`${first} `)?.[1]);
    const start = end + 4;
    const length = status < 200 ? 0 : Number(headers['content-length'] ?? 0);
    if (this.#received.length < start + length) return undefined;
    const body = this.#received.toString('utf8', start, start + length);
    this.#received = this.#received.subarray(start + length);
    return { status, headers, body };
  }
}

/** Sends bytes over a connection of their own and answers what comes back. */
export async function exchange(
  server: ServerProcess,
  bytes: string | Buffer,
  secondsMax?: number,
): Promise<RawAnswer> {
  const connection = await RawConnection.open(server);
  try {
    await connection.write(bytes);
    return await connection.answer(secondsMax);
  } finally {
    connection.end();
  }
}

/** A request as bytes; `Content-Length` is added unless given. */
export function request(
  headers: Readonly<Record<string, string>>,
  body: string | Buffer = '',
  firstLine = 'POST / HTTP/1.1',
): Buffer {
  const bytes = Buffer.from(body);
  const all = { 'content-length': String(bytes.length), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`${firstLine}\r\n${lines.join('')}\r\n`, 'latin1'), bytes]);
}

/** A signed call as bytes. */
export function signedRequest(
  server: ServerProcess,
  operation: string,
  body: string | Buffer,
  options?: CallOptions,
): Buffer {
  return request(server.signed(operation, body, options), body);
}

/** What a refusal must be, whatever was refused. */
export interface Refusal {
  readonly status?: number;
  readonly code?: string;
  readonly message?: RegExp | string;
}

/** Fails unless an answer is an error in AWS's shape and of the caller's making. */
export function checkRefused(answer: RawAnswer, expected: Refusal = {}): string {
  const { status, headers, body } = answer;
  const what = `${status} ${body}`;
  assert.ok(status >= 400 && status < 500, what);
  assert.equal(headers['content-type'], 'application/x-amz-json-1.1', what);
  assert.match(headers['x-amzn-requestid'] ?? '', /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/);
  const error = JSON.parse(body) as { __type: string; message: string; Message: string };
  assert.match(error.__type, /^\w+$/);
  assert.equal(headers['x-amzn-errortype'], error.__type);
  assert.ok(error.message.length > 0 && error.message.length <= limits.messageCharactersMax, what);
  assert.equal(error.Message, error.message);
  assert.equal(status, expected.status ?? 400, what);
  if (expected.code !== undefined) assert.equal(error.__type, expected.code, what);
  if (typeof expected.message === 'string')
    assert.ok(error.message.includes(expected.message), what);
  else if (expected.message) assert.match(error.message, expected.message);
  return error.message;
}

/** Reads the store of a running server, beside it. */
export class StoreView {
  readonly #database: DatabaseSync;

  constructor(server: ServerProcess) {
    const file = join(server.dataDir, databaseFileName);
    this.#database = new DatabaseSync(file, { readOnly: true, timeout: 5000 });
  }

  /** Every row of everything but the journal. */
  facts(): unknown {
    const tables = [
      'model_package_group',
      'model_package',
      'model_package_name',
      'search_property_name',
      'search_property',
    ];
    return tables.map((table) => this.#database.prepare(`select * from ${table}`).all());
  }

  /** How many entries the journal has. */
  entries(): number {
    return Number(this.#database.prepare('select count(*) as n from journal').get()!['n']);
  }

  close(): void {
    this.#database.close();
  }
}

/** Fails when the root secret is anywhere in what a server has written: its output, its database. */
export function checkSecrets(server: ServerProcess, ...others: readonly string[]): void {
  const files = ['', '-wal', '-shm'].map((suffix) =>
    join(server.dataDir, `${databaseFileName}${suffix}`),
  );
  const written = files.filter(existsSync).map((file) => readFileSync(file));
  for (const secret of [server.credentials.secretAccessKey, ...others]) {
    assert.ok(!server.output().includes(secret), 'a secret is in the log');
    for (const bytes of written) assert.ok(!bytes.includes(secret), 'a secret is in the database');
  }
}
