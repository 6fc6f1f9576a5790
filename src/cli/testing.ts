import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createApp } from '../app.ts';
import { readConfig } from '../config.ts';
import type { Flags } from '../config.ts';
import { createLog } from '../kernel/log.ts';
import { listen } from '../server/http.ts';
import { run } from './cli.ts';
import type { Environment, Sink, Terminal } from './terminal.ts';

/** A terminal that keeps what is written to it. */
export class TestTerminal implements Terminal {
  readonly environment: Environment;
  readonly out: Sink;
  readonly error: Sink;
  readonly written = { out: '', error: '' };

  constructor(environment: Environment = {}, columns?: number) {
    this.environment = environment;
    this.out = this.#sink('out', columns);
    this.error = this.#sink('error', columns);
  }

  #sink(name: 'out' | 'error', columns: number | undefined): Sink {
    const write = (text: string): void => {
      this.written[name] += text;
    };
    return { isTerminal: columns !== undefined, columns, write };
  }
}

/** What a command line did. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** Runs a command line in this process; with columns its streams are terminals. */
export async function runCli(
  args: readonly string[],
  environment: Environment = {},
  columns?: number,
): Promise<Outcome> {
  const terminal = new TestTerminal(environment, columns);
  const code = await run(args, terminal);
  return { code, ...terminal.written };
}

/** A folder that is gone when the test has ended. */
export function testFolder(t: Pick<TestContext, 'after'>): string {
  const folder = mkdtempSync(join(tmpdir(), 'imprimatur-cli-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A registry on a port of its own; answers the environment in which commands find it. */
export async function startRegistry(
  t: Pick<TestContext, 'after'>,
  flags: Flags = {},
): Promise<Environment & { IMPRIMATUR_DATA_DIR: string; IMPRIMATUR_PORT: string }> {
  const dataDir = testFolder(t);
  const app = await createApp(readConfig({ dataDir, ...flags }, {}), { log: createLog('silent') });
  const server = await listen(
    { newId: app.newId, log: app.log, corsOrigins: [], handle: (request) => app.handle(request) },
    '127.0.0.1',
    0,
  );
  t.after(async () => {
    await server.close();
    await app.close();
  });
  return { IMPRIMATUR_DATA_DIR: dataDir, IMPRIMATUR_PORT: `${server.port}` };
}
