/** The real server as a child process, on the database that the tests run on now. */
import { randomBytes } from 'node:crypto';
import { start } from './server-process.ts';
import type { ServerProcess, StartOptions } from './server-process.ts';
import { newDatabaseUrl, testDatabaseKind } from './test-database.ts';

/** Starts a server on a fresh database. */
export async function startTestServer(options: StartOptions = {}): Promise<ServerProcess> {
  if (testDatabaseKind === 'sqlite') return start(options);
  const env = {
    DATABASE_URL: await newDatabaseUrl(),
    // Servers of one database share their data folder with nobody, so that none makes a key.
    IMPRIMATUR_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    ...options.env,
  };
  return start({ ...options, env });
}
