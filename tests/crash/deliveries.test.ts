/**
 * `kill -9` of the server that routes and sends, under load: each change reaches each webhook at
 * least once, always under the same id, and those of a group in order.
 *
 *   npm run test:crash                                       40 kills on each database
 *   CRASH_SEED=42 npm test -- tests/crash/deliveries         the short form, its moments replayed
 */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { databaseFileName } from '../../src/config.ts';
import type { Database } from '../../src/store/database.ts';
import { openDatabase } from '../../src/store/open-database.ts';
import { findPostgres, PostgresServer } from '../support/postgres-server.ts';
import { start } from '../support/server-process.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { startServer } from './postgres-cast.ts';
import { Random } from './random.ts';

const isLong = process.env['IMPRIMATUR_TEST_LONG'] === '1';
const seed = Number(process.env['CRASH_SEED'] ?? Math.floor(Math.random() * 1e6));
const kills = Number(process.env['CRASH_KILLS'] ?? (isLong ? 40 : 2));
const groups = Array.from({ length: 6 }, (_, n) => `group-${n}`);
const momentMillisecondsMax = 1_200;
/** A lease is taken over after limits.leaseSeconds, and what failed is tried again after seconds. */
const deliverySecondsMax = 60;
const env = {
  IMPRIMATUR_ALLOWED_TARGET_ADDRESSES: '127.0.0.1',
  IMPRIMATUR_ENCRYPTION_KEY: Buffer.alloc(32, 'deliveries').toString('base64'),
};

const { unavailable: skip = false } = findPostgres() as { unavailable?: string };

/** What a webhook got and answered with success. */
interface Received {
  readonly id: string;
  readonly group: string;
  readonly version: number;
}

/** Two webhooks: one takes its time, the other fails now and then. */
class Receiver {
  readonly got: Record<string, Received[]> = { '/slow': [], '/flaky': [] };
  failed = 0;
  readonly #random: Random;
  readonly #server: Server;

  constructor(random: Random) {
    this.#random = random;
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('error', () => undefined);
      request.on('end', () => void this.#answer(request.url!, Buffer.concat(chunks), response));
    });
  }

  async #answer(
    url: string,
    body: Buffer,
    response: { writeHead(status: number): { end(): void } },
  ): Promise<void> {
    if (url === '/slow') await sleep(this.#random.below(20));
    const isFailing = url === '/flaky' && this.#random.below(50) === 0;
    if (isFailing) this.failed += 1;
    else this.got[url]!.push(receivedOf(body.toString()));
    response.writeHead(isFailing ? 503 : 200).end();
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => void this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

function receivedOf(body: string): Received {
  const { id, detail } = JSON.parse(body) as { id: string; detail: Record<string, unknown> };
  return {
    id,
    group: String(detail['ModelPackageGroupName']),
    version: Number(detail['ModelPackageVersion']),
  };
}

/** Registers versions through servers in turn, whatever becomes of them, until it is told to stop. */
class Writing {
  readonly servers: ServerProcess[] = [];
  readonly answered = new Map<string, number>();
  #isStopped = false;
  readonly #done: Promise<unknown>;

  constructor(servers: readonly ServerProcess[]) {
    this.servers.push(...servers);
    this.#done = Promise.all(groups.map((group, n) => this.#write(group, n)));
  }

  async #write(group: string, first: number): Promise<void> {
    for (let n = first; !this.#isStopped; n += 1) {
      const server = this.servers[n % this.servers.length];
      const input = { ModelPackageGroupName: group };
      const answer = await server?.call('CreateModelPackage', input).catch(() => undefined);
      if (answer?.status === 200) this.answered.set(group, (this.answered.get(group) ?? 0) + 1);
      // Slower than what is sent, so that the server dies at every step and not only behind.
      await sleep(10);
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#done;
  }
}

async function prepare(server: ServerProcess, at: string): Promise<void> {
  for (const group of groups) {
    await server.ok('CreateModelPackageGroup', { ModelPackageGroupName: group });
  }
  for (const Name of ['slow', 'flaky']) {
    const webhook = { Name, Url: `${at}/${Name}`, Events: ['registered'] };
    await server.ok('CreateWebhook', webhook, { service: 'imprimatur' });
  }
}

/** Waits until nothing is to be sent any more. */
async function untilDelivered(database: Database): Promise<void> {
  const end = performance.now() + deliverySecondsMax * 1000;
  for (;;) {
    const [outbox, pending] = await database.read(async (tx) => [
      await tx.rows(tx.sql.selectFrom('event_outbox').select('id')),
      await tx.rows(tx.sql.selectFrom('delivery').select('id').where('state', '=', 'PENDING')),
    ]);
    if (outbox.length + pending.length === 0) return;
    assert.ok(
      performance.now() < end,
      `${outbox.length} events and ${pending.length} deliveries are left`,
    );
    await sleep(100);
  }
}

/** Judges what the webhooks got by what the database holds. */
async function check(database: Database, receiver: Receiver, writing: Map<string, number>) {
  const packages = await database.read((tx) =>
    tx.rows(tx.sql.selectFrom('model_package').select(['name', 'version'])),
  );
  const registered = new Set(packages.map(({ name, version }) => `${name}/${version}`));
  const answered = [...writing.values()].reduce((sum, count) => sum + count, 0);
  assert.ok(registered.size >= answered, `${registered.size} registered, ${answered} answered`);
  const idOf = new Map<string, string>();
  for (const [url, got] of Object.entries(receiver.got)) {
    const firsts = new Map<string, number>();
    for (const { id, group, version } of got) {
      const name = `${group}/${version}`;
      assert.equal(idOf.get(name) ?? id, id, `${name} has another id`);
      idOf.set(name, id);
      if (firsts.has(name)) continue;
      firsts.set(name, version);
    }
    assert.deepEqual(new Set(firsts.keys()), registered, `what ${url} got`);
    for (const group of groups) {
      const versions = got.filter((one) => one.group === group).map((one) => one.version);
      const inOrder = [...new Set(versions)];
      assert.deepEqual(
        inOrder,
        inOrder.toSorted((one, other) => one - other),
        `${group} to ${url}`,
      );
    }
  }
  assert.equal(new Set(idOf.values()).size, registered.size, 'an id is of one event');
  return { events: registered.size, repeated: repeatedOf(receiver) };
}

function repeatedOf({ got }: Receiver): number {
  const repeated = Object.values(got).map((all) => all.length - new Set(all.map((r) => r.id)).size);
  return repeated.reduce((sum, count) => sum + count, 0);
}

async function report(database: Database, receiver: Receiver, answered: Map<string, number>) {
  await untilDelivered(database);
  const { events, repeated } = await check(database, receiver, answered);
  process.stderr.write(
    `${kills} kills: ${events} events to 2 webhooks, ${repeated} came twice, ` +
      `${receiver.failed} tries were refused\n`,
  );
}

const onSqlite = `${kills} kills on SQLite, CRASH_SEED=${seed}`;
await test(onSqlite, { timeout: 120_000 + kills * 30_000 }, async () => {
  const random = new Random(seed);
  const dataDir = mkdtempSync(join(tmpdir(), 'imprimatur-crash-'));
  const credentials = { accessKeyId: 'AKIACRASHTEST', secretAccessKey: 'crash-test-secret' };
  const receiver = new Receiver(random);
  const at = await receiver.listen();
  const answered = new Map<string, number>();
  let server = await start({ dataDir, credentials, env });
  try {
    await prepare(server, at);
    for (let kill = 1; kill <= kills; kill += 1) {
      const writing = new Writing([server]);
      await sleep(200 + random.below(momentMillisecondsMax));
      await server.kill();
      await writing.stop();
      for (const [group, count] of writing.answered) {
        answered.set(group, (answered.get(group) ?? 0) + count);
      }
      server = await start({ dataDir, credentials, env });
    }
    const database = await openDatabase(`sqlite:${join(dataDir, databaseFileName)}`);
    try {
      await report(database, receiver, answered);
    } finally {
      await database.close();
    }
    assert.deepEqual(await server.stop(), { code: 0, signal: null }, server.output());
  } finally {
    await server.kill();
    receiver.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
});

const onPostgres = `${kills} kills of the server that sends, of two, CRASH_SEED=${seed}`;
await test(onPostgres, { skip, timeout: 120_000 + kills * 45_000 }, async () => {
  const random = new Random(seed);
  const postgres = await PostgresServer.start();
  const receiver = new Receiver(random);
  const at = await receiver.listen();
  const servers = [await startServer(postgres.url(), { env })];
  const database = await openDatabase(postgres.url());
  try {
    await prepare(servers[0]!, at);
    const writing = new Writing(servers);
    let sender = await senderBesides(postgres, null);
    for (let kill = 1; kill <= kills; kill += 1) {
      const next = await startServer(postgres.url(), { env });
      servers.push(next);
      writing.servers.push(next);
      await sleep(random.below(momentMillisecondsMax));
      await servers[0]!.kill();
      servers.shift();
      writing.servers.shift();
      sender = await senderBesides(postgres, sender);
    }
    await writing.stop();
    await report(database, receiver, writing.answered);
    for (const server of servers.splice(0)) {
      assert.deepEqual(await server.stop(), { code: 0, signal: null }, server.output());
    }
  } finally {
    for (const server of servers) await server.kill();
    await database.close();
    receiver.close();
    await postgres.remove();
  }
});

/** Waits until another holder than before has the work, and answers who that is. */
async function senderBesides(postgres: PostgresServer, before: unknown): Promise<unknown> {
  const end = performance.now() + deliverySecondsMax * 1000;
  for (;;) {
    const [row] = await postgres
      .query(`select holder from lease where name = 'deliver-events'`)
      .catch(() => []);
    const { holder = null } = row ?? {};
    if (holder !== null && holder !== before) return holder;
    assert.ok(performance.now() < end, `nobody sends after ${deliverySecondsMax} s`);
    await sleep(50);
  }
}
