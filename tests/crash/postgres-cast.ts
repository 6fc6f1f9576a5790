/** Servers of ours on one PostgreSQL. */
import assert from 'node:assert/strict';
import { start } from '../support/server-process.ts';
import type { ServerProcess, StartOptions } from '../support/server-process.ts';

const credentials = { accessKeyId: 'AKIACRASHTEST', secretAccessKey: 'crash-test-secret' };

/** Starts a server on the database of a URL. */
export function startServer(url: string, options: StartOptions = {}): Promise<ServerProcess> {
  return start({ credentials, ...options, flags: ['--database', url, ...(options.flags ?? [])] });
}

/** Starts several at the same moment. */
export function startServers(url: string, count: number): Promise<ServerProcess[]> {
  return Promise.all(Array.from({ length: count }, () => startServer(url)));
}

/** Stops servers, which must end by themselves and have nothing to complain of. */
export async function stopServers(servers: readonly ServerProcess[]): Promise<void> {
  for (const server of servers) {
    assert.deepEqual(await server.stop(), { code: 0, signal: null }, server.output());
    assert.doesNotMatch(server.output(), /unhandled|uncaught|TypeError/iu);
  }
}
