/**
 * What can happen to the database under a server: it goes and comes, is silent, full, read-only, or
 * was never the right one. Servers answer 503 meanwhile, lose nothing, and come back by themselves.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { limits } from '../../src/kernel/limits.ts';
import { openDatabase } from '../../src/store/open-database.ts';
import { Unavailable } from '../../src/store/database.ts';
import type { Answer, ServerProcess } from '../support/server-process.ts';
import { findPostgres, PostgresServer } from '../support/postgres-server.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { FamilyLoad } from './family-load.ts';
import { startServer, startServers, stopServers } from './postgres-cast.ts';
import { readPostgres } from './postgres-state.ts';
import { Random } from './random.ts';
import { checkUnavailable } from './registry-caller.ts';
import { checkStore } from './store-state.ts';

const isLong = process.env['IMPRIMATUR_TEST_LONG'] === '1';
const seed = Number(process.env['CRASH_SEED'] ?? Math.floor(Math.random() * 1e6));
const random = new Random(seed);
const clientCount = 8;
const timeout = isLong ? 600_000 : 90_000;
const { unavailable: skip = false } = findPostgres() as { unavailable?: string };
const options = { skip, timeout };

const postgres = skip === false ? await PostgresServer.start() : undefined;
after(() => postgres?.remove());
let databases = 0;

/** The URL of a new database of the cluster that these tests share. */
async function newDatabase(of: PostgresServer = postgres!): Promise<string> {
  databases += 1;
  await of.query(`create database faults_${databases}`);
  return of.url(`faults_${databases}`);
}

/** A server behind a wire to a database of its own. */
interface Stage {
  readonly url: string;
  readonly wire: TcpProxy;
  readonly server: ServerProcess;
  readonly load: FamilyLoad;
  readonly sql: (text: string) => Promise<Record<string, unknown>[]>;
  readonly terminate: () => Promise<unknown>;
}

async function setStage(t: TestContext, cluster: PostgresServer = postgres!): Promise<Stage> {
  const url = await newDatabase(cluster);
  const wire = await TcpProxy.start(cluster.port);
  const server = await startServer(wire.url(url));
  t.after(async () => {
    await server.kill();
    wire.close();
  });
  const load = new FamilyLoad(random.below(1e6), () => [server]);
  load.storesRefusals = false;
  const sql = (text: string) => cluster.query(text, new URL(url).pathname.slice(1));
  const terminate = () =>
    sql(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'imprimatur'`);
  return { url, wire, server, load, sql, terminate };
}

/** Works while faults happen, then judges everything that was answered. */
async function underLoad(stage: Stage, faults: () => Promise<void>): Promise<void> {
  const { load, server, url } = stage;
  let stopped = false;
  const working = load.run(clientCount, () => stopped);
  working.catch(() => undefined);
  try {
    await faults();
    await writeAgain(server);
  } finally {
    stopped = true;
  }
  await working;
  await load.runFor(clientCount, 100);
  await stopServers([server]);
  const state = await readPostgres(url);
  load.check(state);
  load.judge(state);
}

let groups = 0;

function write(server: ServerProcess): Promise<Answer> {
  groups += 1;
  return server.call('CreateModelPackageGroup', { ModelPackageGroupName: `written-${groups}` });
}

/** Writes until it is acknowledged; answers after how many seconds. */
async function writeAgain(server: ServerProcess, secondsMax = 30): Promise<number> {
  const from = performance.now();
  for (;;) {
    const answer = await write(server);
    const seconds = (performance.now() - from) / 1000;
    if (answer.status === 200) return seconds;
    checkUnavailable(answer);
    assert.ok(seconds < secondsMax, `no write after ${secondsMax} s`);
    await sleep(50);
  }
}

test(`connections that are ended or reset under load, CRASH_SEED=${seed}`, options, async (t) => {
  const stage = await setStage(t);
  await underLoad(stage, async () => {
    for (let round = 0; round < (isLong ? 100 : 6); round += 1) {
      await sleep(random.below(150));
      if (round % 3 === 0) await stage.terminate();
      else if (round % 3 === 1) stage.wire.reset();
      else {
        stage.wire.truncate(random.below(3_000));
        await sleep(20);
        stage.wire.heal();
      }
    }
  });
  const [row] = await stage.sql(`select count(*)::int as count from pg_stat_activity
    where datname = current_database() and application_name = 'imprimatur'`);
  assert.equal(row!['count'], 0, 'sessions are left behind');
});

test('a database that is stopped, killed and started again', options, async (t) => {
  const cluster = await PostgresServer.start({ fsync: 'on', full_page_writes: 'on' });
  t.after(() => cluster.remove());
  const stage = await setStage(t, cluster);
  await underLoad(stage, async () => {
    for (const signal of ['SIGINT', 'SIGKILL'] as const) {
      await writeAgain(stage.server);
      await cluster.stop(signal);
      const from = performance.now();
      for (const operation of ['ListModelPackageGroups', 'Search']) {
        const input = operation === 'Search' ? { Resource: 'ModelPackage' } : {};
        checkUnavailable(await stage.server.call(operation, input));
      }
      checkUnavailable(await write(stage.server));
      assert.ok(performance.now() - from < 5_000, 'a database that is gone is told of late');
      await cluster.run();
      await writeAgain(stage.server, 10);
    }
  });
});

test(
  'a database that is silent: calls end in time, and go on when it speaks',
  options,
  async (t) => {
    const stage = await setStage(t);
    const { server, wire, load } = stage;
    await load.runFor(clientCount, 50);
    wire.stall();
    const from = performance.now();
    const calls = Array.from({ length: 3 * limits.databaseConnections }, () => write(server));
    for (const answer of await Promise.all(calls)) checkUnavailable(answer);
    const seconds = (performance.now() - from) / 1000;
    assert.ok(seconds < limits.databaseStatementSecondsMax, `after ${seconds} s`);
    wire.heal();
    assert.ok((await writeAgain(server)) < 10);
    await load.runFor(clientCount, 50);
    load.judge();
    // A server that is told to stop does so, whatever its database does.
    wire.stall();
    await stopServers([server]);
  },
);

test('a silent first host is left for the second', options, async (t) => {
  const url = await newDatabase();
  const [first, second] = [
    await TcpProxy.start(postgres!.port),
    await TcpProxy.start(postgres!.port),
  ];
  const hosts = `127.0.0.1:${first.port},127.0.0.1:${second.port}`;
  const server = await startServer(url.replace(/127\.0\.0\.1:\d+/u, hosts));
  t.after(async () => {
    await server.kill();
    first.close();
    second.close();
  });
  await Promise.all(Array.from({ length: 20 }, () => write(server)));
  assert.ok(first.connections > 0 && second.connections === 0);
  first.stall();
  const calls = Array.from({ length: 2 * limits.databaseConnections }, () => write(server));
  const waited = Promise.all(calls);
  assert.ok((await writeAgain(server)) < limits.databaseStatementSecondsMax);
  for (const answer of await waited) if (answer.status !== 200) checkUnavailable(answer);
  assert.ok(second.connections > 0);
});

test(
  'a host that becomes a standby is left, by all its connections for one other',
  options,
  async (t) => {
    const url = await newDatabase();
    const name = new URL(url).pathname.slice(1);
    const wires = await Promise.all([0, 1, 2].map(() => TcpProxy.start(postgres!.port)));
    const hosts = wires.map(({ port }) => `127.0.0.1:${port}`).join(',');
    const server = await startServer(url.replace(/127\.0\.0\.1:\d+/u, hosts));
    t.after(async () => {
      await server.kill();
      for (const wire of wires) wire.close();
    });
    await Promise.all(Array.from({ length: 20 }, () => write(server)));
    const readOnly = (choice: string) =>
      postgres!.query(`alter database ${name} set default_transaction_read_only = ${choice}`);
    await readOnly('on');
    await postgres!.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = '${name}' and application_name = 'imprimatur'`);
    checkUnavailable(await write(server));
    await postgres!.query(
      `set default_transaction_read_only = off; alter database ${name} reset default_transaction_read_only`,
    );
    assert.ok((await writeAgain(server)) < 10);
  },
);

test('more calls than connections, and a table that is locked', options, async (t) => {
  const stage = await setStage(t);
  const { server, sql } = stage;
  await write(server);
  const lock = sql(`begin; lock table model_package_group in access exclusive mode;
    select pg_sleep(${limits.databaseConnectSecondsMax + 3}); commit`);
  const isHeld = `select 1 from pg_locks where mode = 'AccessExclusiveLock' and granted
    and relation = 'model_package_group'::regclass`;
  while ((await sql(isHeld)).length === 0);
  const from = performance.now();
  const calls = Array.from({ length: 40 }, () => write(server));
  // Some find a connection in the moment before they would have given up, and the table free.
  const refused = (await Promise.all(calls)).filter(({ status }) => status !== 200);
  for (const answer of refused) checkUnavailable(answer);
  assert.ok(refused.length >= limits.databaseConnections, `${refused.length} were refused`);
  const seconds = (performance.now() - from) / 1000;
  assert.ok(seconds < 2 * limits.databaseConnectSecondsMax + limits.lockSecondsMax, `${seconds} s`);
  await lock;
  assert.ok((await writeAgain(server)) < 5);
});

test('a database with no room for another connection', options, async (t) => {
  const cluster = await PostgresServer.start({
    // Each of three servers cannot do without four: one listens, two read, and one writes.
    max_connections: '14',
    superuser_reserved_connections: '1',
    max_wal_senders: '0',
  });
  t.after(() => cluster.remove());
  const url = await newDatabase(cluster);
  const servers = await startServers(url, 3);
  t.after(() => Promise.all(servers.map((server) => server.kill())));
  const load = new FamilyLoad(random.below(1e6), () => servers);
  load.storesRefusals = false;
  await load.runFor(30, 300);
  assert.ok(load.figures.unknown > 0, 'there was room');
  for (const server of servers) assert.ok((await writeAgain(server)) < 20);
  await stopServers(servers);
  const state = await readPostgres(url);
  load.check(state);
  load.judge(state);
});

test(
  'a commit that an operator would not let wait for its standby is not acknowledged',
  options,
  async (t) => {
    const cluster = await PostgresServer.start();
    t.after(() => cluster.remove());
    const database = await openDatabase(cluster.url());
    t.after(() => database.close());
    await cluster.query("alter system set synchronous_standby_names = 'nobody'");
    await cluster.query('select pg_reload_conf()');
    const write = database.write((tx) =>
      tx.rows(tx.sql.insertInto('schema_migration').values({ id: 1000, name: 'here alone' })),
    );
    const outcome = assert.rejects(write, Unavailable);
    const waiting = "from pg_stat_activity where wait_event = 'SyncRep'";
    while ((await cluster.query(`select pid ${waiting}`)).length === 0) await sleep(10);
    await cluster.query(`select pg_cancel_backend(pid) ${waiting}`);
    await outcome;
  },
);

test(`kill -9 of a server in the middle of writes, CRASH_SEED=${seed}`, options, async (t) => {
  const url = await newDatabase();
  const servers = await startServers(url, 2);
  t.after(() => Promise.all(servers.map((server) => server.kill())));
  const load = new FamilyLoad(random.below(1e6), () => servers);
  load.storesRefusals = false;
  for (let round = 0; round < (isLong ? 60 : 4); round += 1) {
    let stopped = false;
    const working = load.run(clientCount, () => stopped);
    working.catch(() => undefined);
    await sleep(100 + random.below(250));
    const victim = servers.shift()!;
    await victim.kill();
    // The other one goes on, and takes the locks that the dead one held.
    assert.ok((await writeAgain(servers[0]!)) < 5);
    stopped = true;
    await working;
    const state = await readPostgres(url);
    load.check(state);
    load.judge(state);
    servers.push(await startServer(url));
  }
});

test('several servers that start on an empty database at the same moment', options, async () => {
  for (let round = 0; round < (isLong ? 20 : 2); round += 1) {
    const url = await newDatabase();
    const servers = await startServers(url, 4);
    await Promise.all(servers.map((server) => writeAgain(server)));
    await stopServers(servers);
    const state = await readPostgres(url);
    checkStore(state);
    assert.equal(state.groups.length, 4);
  }
});

test(
  'a full disk: writes are refused, reads go on, and space that is freed is used',
  options,
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'imprimatur-tablespace-'));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', folder], { stdio: 'pipe' });
    } catch {
      rmSync(folder, { recursive: true });
      t.skip('a file system cannot be mounted here, which takes root');
      return;
    }
    const cluster = await PostgresServer.start();
    const filler = join(folder, 'filler');
    try {
      const { uid, gid } = statSync(cluster.folder);
      chownSync(folder, uid, gid);
      await cluster.query(`create tablespace small location '${folder}'`);
      await cluster.query('create database small tablespace small');
      const server = await startServer(cluster.url('small'));
      t.after(() => server.kill());
      await server.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'kept' });
      const kept: string[] = [];
      const register = async () => {
        const Domain = 'x'
          .repeat(20_000)
          .replaceAll('x', () => String.fromCharCode(97 + random.below(26)));
        const answer = await server.call('CreateModelPackage', {
          ModelPackageGroupName: 'kept',
          Domain,
        });
        if (answer.status === 200) kept.push(answer.body!['ModelPackageArn'] as string);
        else checkUnavailable(answer);
        return answer.status;
      };
      await register();
      fill(filler);
      let tries = 0;
      while ((await register()) === 200) assert.ok((tries += 1) < 1_000, 'the disk never is full');
      for (const ModelPackageName of kept)
        await server.ok('DescribeModelPackage', { ModelPackageName });
      await server.ok('Search', { Resource: 'ModelPackage' });
      rmSync(filler);
      assert.ok((await writeAgain(server)) < 5);
      assert.equal(await register(), 200);
      await stopServers([server]);
      const state = await readPostgres(cluster.url('small'));
      checkStore(state);
      assert.equal(state.packages.length, kept.length);
    } finally {
      await cluster.remove();
      execFileSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true });
    }
  },
);

function fill(path: string): void {
  writeFileSync(path, '');
  for (const size of [1 << 20, 4096]) {
    try {
      for (;;) appendFileSync(path, Buffer.alloc(size));
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC');
    }
  }
}

/** What a server says that does not start. */
async function whyNotStarted(url: string): Promise<string> {
  const error = await startServer(url).then(
    async (server) => {
      await server.kill();
      return new Error('it started');
    },
    (reason: unknown) => reason as Error,
  );
  assert.doesNotMatch(error.message, /secret-word|only-for-tests/u, 'a password is told');
  return error.message.replace(/^.*:\n/u, '').trim();
}

test(
  'a database that a server cannot work with is told of in one line, without the password',
  options,
  async (t) => {
    const cluster = postgres!;
    const url = await newDatabase();
    const standby = await standbyAlone(t);
    await cluster.query("create database latin template template0 encoding 'LATIN1' locale 'C'");
    const old = await TcpProxy.start(cluster.port);
    t.after(() => old.close());
    const version = (await cluster.query('show server_version_num'))[0]![
      'server_version_num'
    ] as string;
    old.rewrite((bytes) =>
      Buffer.from(bytes.toString('latin1').replaceAll(version, '130022'), 'latin1'),
    );
    const cases: [string, RegExp][] = [
      [url.replace('only-for-tests', 'secret-word'), /password authentication failed/u],
      [cluster.url('nowhere'), /database "nowhere" does not exist/u],
      [cluster.url('latin'), /encoding must be UTF8, not LATIN1/u],
      [`${old.url(url)}?sslmode=disable`, /must be version 14 or newer, not 13/u],
      [standby.url(), /takes no writes: it is a standby/u],
      [url.replace(/:\d+\//u, ':1/'), /cannot be reached: connect ECONNREFUSED/u],
    ];
    for (const [wrong, expected] of cases) {
      const told = await whyNotStarted(wrong);
      assert.match(told, expected);
      assert.equal(told.split('\n').length, 1, told);
    }
  },
);

/** A standby whose primary is gone. */
async function standbyAlone(t: TestContext): Promise<PostgresServer> {
  const primary = await PostgresServer.start();
  await primary.stop();
  const standby = await PostgresServer.copy(primary);
  await primary.remove();
  standby.write('standby.signal', '');
  await standby.run();
  t.after(() => standby.remove());
  return standby;
}
