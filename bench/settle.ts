/** A seeded store as life would have left it: its journal sealed, its events on their bus. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createApp } from '../src/app.ts';
import { readConfig } from '../src/config.ts';
import { createLog } from '../src/kernel/log.ts';
import type { Database } from '../src/store/database.ts';

/** What the server is given, so that whoever starts on a copy goes on with the history. */
export const signingKey = {
  IMPRIMATUR_SIGNING_KEY: Buffer.alloc(32, 'a key of the bench').toString('base64'),
};

const askedMilliseconds = 200;

/** Lets the product's own workers do what seeding left to them, and closes the database. */
export async function settle(database: Database): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'imprimatur-bench-'));
  const config = readConfig({ dataDir }, signingKey);
  const app = await createApp(config, { database, log: createLog('error') });
  app.startWorkers();
  for (;;) {
    const [{ entries }, { unrouted, pending }] = [await app.sealLag(), await app.eventLag()];
    if (entries + unrouted + pending === 0) break;
    await sleep(askedMilliseconds);
  }
  await app.close();
  rmSync(dataDir, { recursive: true });
}
