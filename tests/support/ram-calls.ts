/** Calls of AWS RAM: each operation has a method and a path of its own. */
import assert from 'node:assert/strict';
import { linkServices } from '../../src/app.ts';
import type { WireAnswer } from '../../src/protocols/protocol.ts';
import type { SigningCredentials } from '../../src/server/sigv4-sign.ts';
import { OutputChecker } from './output-checker.ts';
import type { RefusedCall, TestApp } from './test-app.ts';
import { testRegion } from './test-app.ts';

type Json = Record<string, unknown>;

const service = linkServices({ strictAws: false }).find(({ data }) => data.name === 'ram')!;
const outputs = new OutputChecker([service]);

/** By whom and where an operation is called. */
export interface RamCaller {
  readonly credentials?: SigningCredentials;
  readonly region?: string;
}

/** The answer to a call of RAM. */
export function sendRam(
  app: TestApp,
  operation: string,
  input: Json = {},
  as: RamCaller = {},
): Promise<WireAnswer> {
  const found = service.operations.get(operation)!;
  const { method, requestUri: path } = found.data.http!;
  const isPlaced = (name: string) => found.input.memberByName.get(name)?.location !== undefined;
  const entries = Object.entries(input);
  const query = entries
    .filter(([name]) => isPlaced(name))
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  const body = Object.fromEntries(entries.filter(([name]) => !isPlaced(name)));
  return app.sign(
    { 'content-type': 'application/json' },
    Buffer.from(method === 'POST' ? JSON.stringify(body) : ''),
    { region: testRegion, service: 'ram', ...as },
    { method, path, query: query.join('&') },
  );
}

/** The output of a call that must succeed. */
export async function ramOk<Output = Json>(
  app: TestApp,
  operation: string,
  input: Json = {},
  as: RamCaller = {},
): Promise<Output> {
  const { status, body } = await sendRam(app, operation, input, as);
  assert.equal(status, 200, `${operation}: ${body}`);
  const output = JSON.parse(body) as Output;
  outputs.check(operation, output, 'ram');
  return output;
}

/** The error of a call that must be refused. */
export async function ramRefused(
  app: TestApp,
  operation: string,
  input: Json = {},
  as: RamCaller = {},
): Promise<RefusedCall> {
  const { status, headers, body } = await sendRam(app, operation, input, as);
  assert.ok(status >= 400 && status < 500, `${operation}: ${status} ${body}`);
  const error = JSON.parse(body) as { __type: string; message: string };
  assert.equal(headers['x-amzn-ErrorType'], error.__type);
  return { status, code: error.__type, message: error.message };
}
