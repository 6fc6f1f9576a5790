/**
 * `kill -9` in the middle of a replay: whoever goes on with it makes each delivery once, and all of
 * them.
 *
 *   npm run test:crash                                   40 kills on each database
 *   CRASH_SEED=42 npm test -- tests/crash/replay         the short form, its moments replayed
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { databaseFileName } from '../../src/config.ts';
import type { Database } from '../../src/store/database.ts';
import { openDatabase } from '../../src/store/open-database.ts';
import { findPostgres, PostgresServer } from '../support/postgres-server.ts';
import { processRegion, start } from '../support/server-process.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { startServer } from './postgres-cast.ts';
import { Random } from './random.ts';

const isLong = process.env['IMPRIMATUR_TEST_LONG'] === '1';
const seed = Number(process.env['CRASH_SEED'] ?? Math.floor(Math.random() * 1e6));
const kills = Number(process.env['CRASH_KILLS'] ?? (isLong ? 40 : 2));
const eventCount = 1_500;
const momentMillisecondsMax = 250;
const secondsMax = 60;
const events = { service: 'events' } as const;
const eventsArn = (resource: string) => `arn:aws:events:${processRegion}:123456789012:${resource}`;

const { unavailable: skip = false } = findPostgres() as { unavailable?: string };

/** A bus whose events are archived, and go on to another one. */
async function prepare(server: ServerProcess): Promise<void> {
  for (const Name of ['from', 'to']) await server.ok('CreateEventBus', { Name }, events);
  const rule = { Name: 'on', EventBusName: 'from', EventPattern: '{"source":["app"]}' };
  await server.ok('PutRule', rule, events);
  const archive = { ArchiveName: 'kept', EventSourceArn: eventsArn('event-bus/from') };
  await server.ok('CreateArchive', archive, events);
  const entry = { Source: 'app', DetailType: 'd', Detail: '{}', EventBusName: 'from' };
  const Entries = Array.from({ length: 10 }, () => entry);
  for (let n = 0; n < eventCount; n += Entries.length) {
    await server.ok('PutEvents', { Entries }, events);
  }
  await until('all is archived', async () => {
    const { EventCount } = await server.ok('DescribeArchive', { ArchiveName: 'kept' }, events);
    return EventCount === eventCount;
  });
  const target = { Id: 'to', Arn: eventsArn('event-bus/to') };
  await server.ok('PutTargets', { Rule: 'on', EventBusName: 'from', Targets: [target] }, events);
}

function startReplay(server: ServerProcess, ReplayName: string): Promise<unknown> {
  return server.ok(
    'StartReplay',
    {
      ...{ ReplayName, EventSourceArn: eventsArn('archive/kept') },
      ...{ EventStartTime: 1, EventEndTime: 4_102_444_800 },
      Destination: { Arn: eventsArn('event-bus/from') },
    },
    events,
  );
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + secondsMax * 1000;
  while (!(await isSo().catch(() => false))) {
    assert.ok(performance.now() < end, `${what}: not within ${secondsMax} s`);
    await sleep(50);
  }
}

/** Waits for the end of a replay, and counts what it made; answers how far it was at a kill. */
async function check(database: Database, name: string): Promise<void> {
  await until(`${name} completes`, async () => {
    const rows = await database.read((tx) =>
      tx.rows(tx.sql.selectFrom('event_replay').select('state').where('name', '=', name)),
    );
    return rows[0]?.state === 'COMPLETED';
  });
  const made = await database.read((tx) =>
    tx.rows(tx.sql.selectFrom('delivery').select('bus_event_id').where('replay_name', '=', name)),
  );
  const different = new Set(made.map(({ bus_event_id: id }) => id));
  assert.deepEqual([made.length, different.size], [eventCount, eventCount], name);
}

/** How many deliveries a replay has made. */
async function madeBy(database: Database, name: string): Promise<number> {
  const [row] = await database.read((tx) =>
    tx.rows(
      tx.sql
        .selectFrom('delivery')
        .select((e) => e.fn.countAll<number>().as('count'))
        .where('replay_name', '=', name),
    ),
  );
  return row!.count;
}

function report(brokenOff: readonly number[]): void {
  process.stderr.write(
    `${kills} kills in replays of ${eventCount} events, after ${brokenOff.join(', ')}\n`,
  );
}

const onSqlite = `${kills} kills on SQLite, CRASH_SEED=${seed}`;
await test(onSqlite, { timeout: 60_000 + kills * 30_000 }, async () => {
  const random = new Random(seed);
  const dataDir = mkdtempSync(join(tmpdir(), 'imprimatur-crash-'));
  const credentials = { accessKeyId: 'AKIACRASHTEST', secretAccessKey: 'crash-test-secret' };
  let server = await start({ dataDir, credentials });
  const brokenOff: number[] = [];
  try {
    await prepare(server);
    for (let kill = 1; kill <= kills; kill += 1) {
      await startReplay(server, `replay-${kill}`);
      await sleep(random.below(momentMillisecondsMax));
      await server.kill();
      const database = await openDatabase(`sqlite:${join(dataDir, databaseFileName)}`);
      try {
        brokenOff.push(await madeBy(database, `replay-${kill}`));
        server = await start({ dataDir, credentials });
        await check(database, `replay-${kill}`);
      } finally {
        await database.close();
      }
    }
    report(brokenOff);
    assert.deepEqual(await server.stop(), { code: 0, signal: null }, server.output());
  } finally {
    await server.kill();
    rmSync(dataDir, { recursive: true, force: true });
  }
});

const onPostgres = `${kills} kills of one of two servers on PostgreSQL, CRASH_SEED=${seed}`;
await test(onPostgres, { skip, timeout: 60_000 + kills * 45_000 }, async () => {
  const random = new Random(seed);
  const postgres = await PostgresServer.start();
  const database = await openDatabase(postgres.url());
  const servers = [await startServer(postgres.url())];
  const brokenOff: number[] = [];
  try {
    await prepare(servers[0]!);
    for (let kill = 1; kill <= kills; kill += 1) {
      servers.push(await startServer(postgres.url()));
      await startReplay(servers[0]!, `replay-${kill}`);
      await sleep(random.below(momentMillisecondsMax));
      await servers[0]!.kill();
      servers.shift();
      brokenOff.push(await madeBy(database, `replay-${kill}`));
      await check(database, `replay-${kill}`);
    }
    report(brokenOff);
    for (const server of servers.splice(0)) {
      assert.deepEqual(await server.stop(), { code: 0, signal: null }, server.output());
    }
  } finally {
    for (const server of servers) await server.kill();
    await database.close();
    await postgres.remove();
  }
});
