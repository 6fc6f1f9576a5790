/**
 * A primary with a synchronous standby: the primary dies under load, the standby is promoted, and
 * the servers, which know both hosts, go on by themselves. What was acknowledged is there.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { findPostgres, PostgresServer } from '../support/postgres-server.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { FamilyLoad } from './family-load.ts';
import { startServer, stopServers } from './postgres-cast.ts';
import { readPostgres } from './postgres-state.ts';

const isLong = process.env['IMPRIMATUR_TEST_LONG'] === '1';
const seed = Number(process.env['CRASH_SEED'] ?? Math.floor(Math.random() * 1e6));
const failovers = Number(process.env['CRASH_FAILOVERS'] ?? (isLong ? 10 : 2));
const clientCount = 12;
/** From the promotion to the first acknowledged write; a few seconds, and as many on a busy machine. */
const recoverySecondsMax = 20;

const { unavailable: skip = false } = findPostgres() as { unavailable?: string };

/** Two clusters, one of which follows the other, each behind an address that it keeps. */
class Pair {
  readonly wires: readonly [TcpProxy, TcpProxy];
  readonly #clusters: [PostgresServer, PostgresServer];
  /** Which of the two takes writes. */
  #first: 0 | 1 = 0;

  private constructor(clusters: [PostgresServer, PostgresServer], wires: [TcpProxy, TcpProxy]) {
    this.#clusters = clusters;
    this.wires = wires;
  }

  static async start(): Promise<Pair> {
    const primary = await PostgresServer.start({
      fsync: 'on',
      full_page_writes: 'on',
      synchronous_commit: 'on',
    });
    const wires: [TcpProxy, TcpProxy] = [
      await TcpProxy.start(primary.port),
      await TcpProxy.start(primary.port),
    ];
    const pair = new Pair([primary, primary], wires);
    await pair.rejoin();
    return pair;
  }

  get primary(): PostgresServer {
    return this.#clusters[this.#first];
  }

  get standby(): PostgresServer {
    return this.#clusters[1 - this.#first]!;
  }

  /** Both hosts; the one that was the first primary comes first, whatever it is now. */
  get url(): string {
    const [first, second] = this.wires;
    const hosts = `127.0.0.1:${first.port},127.0.0.1:${second.port}`;
    const url = this.primary.url().replace(/127\.0\.0\.1:\d+/u, hosts);
    return `${url}?target_session_attrs=read-write`;
  }

  /** Kills the primary and promotes the standby. */
  async failOver(): Promise<void> {
    await this.primary.stop('SIGKILL');
    await this.standby.query('select pg_promote()');
    this.#first = this.#first === 0 ? 1 : 0;
  }

  /** Makes a standby of a copy of the primary, in the place of the one that is gone. */
  async rejoin(): Promise<void> {
    const { primary } = this;
    await primary.stop();
    const standby = await PostgresServer.copy(primary);
    const other = this.#first === 0 ? 1 : 0;
    if (this.#clusters[other] !== primary) this.#clusters[other].discard();
    this.#clusters[other] = standby;
    this.wires[other].target = standby.port;
    standby.write('standby.signal', '');
    // What the primary waits for, its standby must not wait for once it is promoted.
    standby.write('postgresql.auto.conf', '');
    standby.set({ primary_conninfo: `${primary.url()}?application_name=follower` });
    await primary.run();
    await standby.run();
    await primary.query("alter system set synchronous_standby_names = 'follower'");
    await primary.query('select pg_reload_conf()');
    const isSynchronous = "select 1 from pg_stat_replication where sync_state = 'sync'";
    while ((await primary.query(isSynchronous)).length === 0) await sleep(20);
  }

  async remove(): Promise<void> {
    for (const cluster of this.#clusters) await cluster.remove();
    for (const wire of this.wires) wire.close();
  }
}

const name = `${failovers} failovers under load, CRASH_SEED=${seed}`;
await test(name, { skip, timeout: isLong ? 900_000 : 180_000 }, async () => {
  const pair = await Pair.start();
  const servers: ServerProcess[] = [];
  const load = new FamilyLoad(seed, () => servers);
  load.storesRefusals = false;
  let slowest = 0;
  try {
    servers.push(await startServer(pair.url), await startServer(pair.url));
    for (let round = 1; round <= failovers; round += 1) {
      slowest = Math.max(slowest, await failOverUnderLoad(pair, load, servers[0]!));
      const state = await readPostgres(pair.primary.url());
      load.check(state);
      load.judge(state);
      // The old primary comes back as a standby, at the address that is tried first.
      await pair.rejoin();
      const late = await startServer(pair.url);
      servers.push(late);
      await writeUntilDone(late, `late-${round}`);
      await load.runFor(clientCount, 150);
      load.judge();
      const [standby] = await pair.standby.query('select pg_is_in_recovery() as waits');
      assert.equal(standby!['waits'], true);
      load.check(await readPostgres(pair.primary.url()));
      await stopServers(servers.splice(2));
    }
    await stopServers(servers);
    const { operations, unknown } = load.figures;
    process.stderr.write(
      `${failovers} failovers, ${operations} calls, ${unknown} of unknown outcome, ` +
        `writes again after ${slowest.toFixed(1)} s at most\n`,
    );
  } finally {
    for (const server of servers) await server.kill();
    await pair.remove();
  }
});

/** Answers how many seconds after the promotion a write was acknowledged. */
async function failOverUnderLoad(
  pair: Pair,
  load: FamilyLoad,
  server: ServerProcess,
): Promise<number> {
  let stopped = false;
  const working = load.run(clientCount, () => stopped);
  const clients = { areWorking: true };
  void working.catch(() => undefined).finally(() => (clients.areWorking = false));
  const more = async (count: number) => {
    const end = load.figures.operations + count;
    do await sleep(10);
    while (clients.areWorking && load.figures.operations < end);
  };
  await more(150);
  await pair.failOver();
  const from = performance.now();
  await writeUntilDone(server, `after-${Math.round(from)}`);
  const seconds = (performance.now() - from) / 1000;
  await more(150);
  stopped = true;
  await working;
  return seconds;
}

/** Asks as a client does that is told to come again. */
async function writeUntilDone(server: ServerProcess, group: string): Promise<void> {
  const end = performance.now() + recoverySecondsMax * 1000;
  for (;;) {
    const answer = await server.call('CreateModelPackageGroup', { ModelPackageGroupName: group });
    // A call that was told to come again may have happened nevertheless.
    if (answer.status === 200 || /already exists/u.test(answer.text)) return;
    assert.equal(answer.status, 503, answer.text);
    assert.ok(performance.now() < end, `no write after ${recoverySecondsMax} s`);
    await sleep(50);
  }
}
