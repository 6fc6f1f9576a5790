/** What two servers on one PostgreSQL tell each other, and what becomes of it when they cannot. */
import assert from 'node:assert/strict';
import { test as anyTest } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { TcpProxy } from '../../tests/support/tcp-proxy.ts';
import { newDatabaseUrl, testDatabaseKind } from '../../tests/support/test-database.ts';
import type { Database } from './database.ts';
import { openDatabase } from './open-database.ts';

const soonSecondsMax = 10;

type Body = (t: TestContext) => Promise<void>;

/** Where the suite runs on SQLite there are no other servers. */
function test(name: string, body: Body): void {
  if (testDatabaseKind === 'postgres') void anyTest(name, body);
}

interface Cast {
  readonly here: Database;
  /** Between the database and the server that listens. */
  readonly wire: TcpProxy;
  readonly there: Database;
  /** How often the listener was told; each time it begins to listen is one. */
  readonly told: () => number;
  readonly stop: () => void;
  readonly sql: (text: string) => Promise<Record<string, unknown>[]>;
}

async function open(t: TestContext): Promise<Cast> {
  const url = await newDatabaseUrl();
  const wire = await TcpProxy.start(Number(new URL(url).port));
  const here = await openDatabase(url);
  // As with a standby that is tried first: nothing answers at the first of the hosts.
  const twoHosts = wire.url(url).replace('@', '@127.0.0.1:1,');
  const there = await openDatabase(twoHosts);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  t.after(async () => {
    await Promise.all([here.close(), there.close()]);
    await client.end();
    wire.close();
  });
  let told = 0;
  const stop = there.onChange!('a "channel"', () => (told += 1));
  await soon(() => told, 1);
  const sql = async (text: string) => (await client.query<Record<string, unknown>>(text)).rows;
  return { here, wire, there, told: () => told, stop, sql };
}

/** Waits until a value is as expected, through pauses between attempts to connect. */
async function soon(read: () => number | Promise<number>, expected: number): Promise<void> {
  const end = performance.now() + soonSecondsMax * 1000;
  while ((await read()) !== expected && performance.now() < end) await sleep(5);
  assert.equal(await read(), expected);
}

const notify = (database: Database, channel = 'a "channel"') =>
  database.write((tx) => tx.notify(channel));

const listeners = `select pid from pg_stat_activity
  where datname = current_database() and application_name = 'imprimatur listener'`;

test('a listener is told of what another server commits, and of nothing else', async (t) => {
  const { here, there, told, stop, sql } = await open(t);
  const undone = here.write(async (tx) => {
    await tx.notify('a "channel"');
    throw new Error('undone');
  });
  await assert.rejects(undone, /undone/);
  await notify(here, 'another');
  assert.equal(told(), 1);
  await notify(here);
  await soon(told, 2);
  await notify(there);
  await soon(told, 3);
  assert.equal((await sql(listeners)).length, 1);
  stop();
  await notify(here);
  // Who listens to a new channel makes the connection anew, at which all that listen are told.
  const other = Promise.withResolvers<void>();
  there.onChange!('another', () => other.resolve());
  await other.promise;
  assert.equal(told(), 3);
});

test('a listener whose connection is ended is told once it listens again', async (t) => {
  const { here, told, sql } = await open(t);
  const [before] = await sql(listeners);
  await sql(`select pg_terminate_backend(${String(before!['pid'])}, 5000)`);
  await soon(told, 2);
  const after = await sql(listeners);
  assert.equal(after.length, 1);
  assert.notDeepEqual(after[0], before);
  await notify(here);
  await soon(told, 3);
});

test('a listener comes back when the database does', async (t) => {
  const { here, told, wire } = await open(t);
  const { target } = wire;
  // Nothing listens at this port.
  wire.target = 1;
  wire.reset();
  await notify(here);
  await sleep(300);
  assert.equal(told(), 1);
  wire.target = target;
  await soon(told, 2);
  await notify(here);
  await soon(told, 3);
});

test('a database that is closed leaves no listener behind', async (t) => {
  const { there, sql } = await open(t);
  await there.close();
  await soon(async () => (await sql(listeners)).length, 0);
});

test('a database can be closed while its listener is still on its way', async () => {
  const database = await openDatabase(await newDatabaseUrl());
  database.onChange!('channel', () => undefined);
  await database.close();
});
