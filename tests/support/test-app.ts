import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp, linkServices } from '../../src/app.ts';
import type { App } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import type { Flags } from '../../src/config.ts';
import { createLog } from '../../src/kernel/log.ts';
import type { WireAnswer } from '../../src/protocols/protocol.ts';
import { signRequest } from '../../src/server/sigv4-sign.ts';
import type { SigningCredentials } from '../../src/server/sigv4-sign.ts';
import type { Database } from '../../src/store/database.ts';
import type { JournalRow } from '../../src/store/tables.ts';
import { OutputChecker } from './output-checker.ts';
import { openTestDatabase } from './test-database.ts';

/** A clock that stands still until it is told to move. */
export class TestClock {
  time = Date.parse('2026-03-04T09:15:27.500Z');
  now(): number {
    return this.time;
  }
  advance(milliseconds: number): void {
    this.time += milliseconds;
  }
}

/** What stands before an operation in X-Amz-Target. */
const targetPrefixes = {
  sagemaker: 'SageMaker',
  imprimatur: 'Imprimatur',
  cloudtrail: 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101',
  events: 'AWSEvents',
};

/** Where most operations are called. */
const rootPlace = { method: 'POST', path: '/', query: '' };

/** How a request is signed; by the root access key where none is given. */
export interface SignedAs {
  readonly region: string;
  readonly service: string;
  readonly credentials?: SigningCredentials;
}

/** What a refused call was told. */
export interface RefusedCall {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

type Json = Record<string, unknown>;

export const testAccount = '123456789012';
export const testRegion = 'eu-west-1';
export const testEncryptionKey = Buffer.alloc(32, 'only for tests ').toString('base64');

/** The product in this process, without a socket, on a database of its own. */
export class TestApp {
  readonly app: App;
  readonly database: Database;
  readonly clock: TestClock;
  readonly #folder: string;
  readonly #flags: Flags;
  readonly #outputs: OutputChecker;
  readonly #besides: TestApp[] = [];
  #requests = 0;

  private constructor(
    { app, database, clock }: { app: App; database: Database; clock: TestClock },
    folder: string,
    flags: Flags,
  ) {
    this.app = app;
    this.database = database;
    this.clock = clock;
    this.#folder = folder;
    this.#flags = flags;
    this.#outputs = new OutputChecker(linkServices({ strictAws: flags['strictAws'] === true }));
  }

  /** Starts one; flags as on the command line. */
  static async start(flags: Flags = {}): Promise<TestApp> {
    return TestApp.#startOn(await openTestDatabase(), new TestClock(), flags);
  }

  static async #startOn(database: Database, clock: TestClock, flags: Flags): Promise<TestApp> {
    const folder = mkdtempSync(join(tmpdir(), 'imprimatur-test-'));
    // Servers on one database share it.
    const environment = { IMPRIMATUR_ENCRYPTION_KEY: testEncryptionKey };
    const config = readConfig({ dataDir: folder, ...flags }, environment);
    const app = await createApp(config, { clock, database, log: createLog('silent') });
    return new TestApp({ app, database, clock }, folder, flags);
  }

  /** A second one on the same data and clock: with other flags, or of another account. */
  async beside(flags: Flags): Promise<TestApp> {
    const other = await TestApp.#startOn(shared(this.database), this.clock, {
      ...this.#flags,
      ...flags,
    });
    this.#besides.push(other);
    return other;
  }

  async close(): Promise<void> {
    for (const one of [...this.#besides, this]) await one.app.close();
    for (const one of [this, ...this.#besides]) {
      rmSync(one.#folder, { recursive: true, force: true });
    }
  }

  /** Sends a signed call; a string body goes as it is. */
  send(
    operation: string,
    input: Json | string,
    options: {
      region?: string;
      service?: keyof typeof targetPrefixes;
      credentials?: SigningCredentials;
    } = {},
  ): Promise<WireAnswer> {
    const { region = testRegion, service = 'sagemaker' } = options;
    const prefix = targetPrefixes[service];
    const body = Buffer.from(typeof input === 'string' ? input : JSON.stringify(input));
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `${prefix}.${operation}`,
    };
    return this.sign(headers, body, { ...options, region, service });
  }

  /** Sends a call of the Query protocol: a form. */
  sendForm(form: string, options: SignedAs): Promise<WireAnswer> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
    return this.sign(headers, Buffer.from(form), options);
  }

  /** Signs a request and hands it in. */
  sign(
    given: Record<string, string>,
    body: Buffer,
    signedAs: SignedAs,
    place: Partial<typeof rootPlace> = {},
  ): Promise<WireAnswer> {
    const { region, service, credentials = this.app.rootAccessKey } = signedAs;
    const headers = { host: 'localhost:9700', ...given, 'user-agent': 'imprimatur-tests' };
    const request = { ...rootPlace, ...place, headers, body };
    const now = this.clock.now();
    const signature = signRequest({ ...request, credentials, region, service, now });
    this.#requests += 1;
    const lowerCased = Object.entries(signature).map(([name, value]): [string, string] => [
      name.toLowerCase(),
      value,
    ]);
    return this.app.handle({
      ...request,
      headers: { ...headers, ...Object.fromEntries(lowerCased) },
      headersDistinct: {},
      requestId: `00000000-0000-4000-8000-${String(this.#requests).padStart(12, '0')}`,
      sourceIp: '127.0.0.1',
      isSecure: false,
    });
  }

  /** The output of a call that must succeed. */
  async ok<Output = Json>(
    operation: string,
    input: Json = {},
    options: Parameters<TestApp['send']>[2] = {},
  ): Promise<Output> {
    const answer = await this.send(operation, input, options);
    assert.equal(answer.status, 200, `${operation}: ${answer.body}`);
    const output: unknown = answer.body === '' ? undefined : JSON.parse(answer.body);
    this.#outputs.check(operation, output, options.service ?? 'sagemaker');
    return output as Output;
  }

  /** The error of a call that must be refused. */
  async refused(operation: string, input: Json | string = {}, options = {}): Promise<RefusedCall> {
    const { status, body } = await this.send(operation, input, options);
    assert.ok(status >= 400 && status < 500, `${operation}: ${status} ${body}`);
    const error = JSON.parse(body) as { __type: string; message: string };
    return { status, code: error.__type, message: error.message };
  }

  /** Refused with ValidationException and this message. */
  async invalid(operation: string, input: Json, message: string | RegExp): Promise<void> {
    const error = await this.refused(operation, input);
    assert.equal(error.code, 'ValidationException', error.message);
    if (typeof message === 'string') assert.equal(error.message, message);
    else assert.match(error.message, message);
  }

  /** The whole journal, oldest entry first; its documents parsed. */
  async journal(): Promise<(Omit<JournalRow, 'document'> & { document: Json })[]> {
    const rows = await this.database.read((tx) =>
      tx.rows(tx.sql.selectFrom('journal').selectAll().orderBy('seq')),
    );
    return rows.map((row) => ({ ...row, document: JSON.parse(row.document) as Json }));
  }
}

/** A database that somebody else closes. */
function shared(database: Database): Database {
  return {
    read: (work) => database.read(work),
    write: (work) => database.write(work),
    ...(database.onChange && { onChange: database.onChange.bind(database) }),
    status: () => database.status(),
    close: () => Promise.resolve(),
  };
}

/** The code in an error's body. */
export function errorCode(body: string): string {
  return (JSON.parse(body) as { __type: string }).__type;
}

/** The ARN of a SageMaker resource of the test account. */
export function testArn(resource: string, region = testRegion): string {
  return `arn:aws:sagemaker:${region}:${testAccount}:${resource}`;
}
