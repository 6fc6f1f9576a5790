/** Runs the boto3 suites beside this file; each line that they print is a test. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import type { ServerProcess } from '../support/server-process.ts';
import { startTestServer } from '../support/test-server.ts';
import { beside, clientEnvironment, python, withoutPython } from './clients.ts';

const suites = [
  ...['conformance', 'search', 'echo', 'sequences', 'strict', 'identity', 'cloudtrail'],
  ...['sharing', 'events', 'archives', 'destinations', 'deliveries'],
];

/** A test of a suite, once all of its lines are there. */
interface Line {
  readonly ok: boolean;
  readonly name: string;
  detail: string;
}

/** Reads `ok - name` and `not ok - name` with indented lines of detail behind it. */
async function* readLines(lines: AsyncIterable<string>): AsyncGenerator<Line> {
  let open: Line | undefined;
  for await (const line of lines) {
    const [, outcome, name] = /^(ok|not ok) - (.*)$/.exec(line) ?? [];
    if (outcome === undefined) {
      if (open) open.detail += `${line}\n`;
      continue;
    }
    if (open) yield open;
    open = { ok: outcome === 'ok', name: name!, detail: '' };
  }
  if (open) yield open;
}

async function runSuite(t: TestContext, script: string, env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(python, [beside(script)], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill());
  const ended = once(child, 'close') as Promise<[number | null]>;
  const errors = text(child.stderr);
  let count = 0;
  for await (const line of readLines(createInterface(child.stdout))) {
    count += 1;
    await t.test(line.name, () => assert.ok(line.ok, line.detail));
  }
  const [code] = await ended;
  assert.ok(count > 0 && (code === 0 || code === 1), `${script} broke off:\n${await errors}`);
}

describe('boto3', { concurrency: 2 }, () => {
  let env: NodeJS.ProcessEnv = {};
  let servers: ServerProcess[] = [];

  before(async () => {
    if (withoutPython !== false) return;
    const free = await startTestServer({
      flags: ['--allowed-target-addresses', '127.0.0.1'],
    });
    const strict = await startTestServer({
      flags: ['--strict-aws'],
      credentials: free.credentials,
    });
    servers = [free, strict];
    env = { ...clientEnvironment(free), IMPRIMATUR_STRICT_ENDPOINT_URL: strict.endpoint };
  });
  after(() => Promise.all(servers.map((server) => server.stop())));

  for (const suite of suites) {
    test(suite, { skip: withoutPython }, (t) => runSuite(t, `boto3_${suite}.py`, env));
  }
});
