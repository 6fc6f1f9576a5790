/**
 * `kill -9` of the server that seals, under load: nothing is sealed twice, nothing is left out, and
 * what was signed before stays true.
 *
 *   npm run test:crash                                      40 kills on each database
 *   CRASH_SEED=42 npm test -- tests/crash/sealing           the short form, its moments replayed
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCli } from '../../src/cli/testing.ts';
import { witnessFileName } from '../../src/server/witness-file.ts';
import { findPostgres, PostgresServer } from '../support/postgres-server.ts';
import { start } from '../support/server-process.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { startServer } from './postgres-cast.ts';
import { Random } from './random.ts';

const isLong = process.env['IMPRIMATUR_TEST_LONG'] === '1';
const seed = Number(process.env['CRASH_SEED'] ?? Math.floor(Math.random() * 1e6));
const kills = Number(process.env['CRASH_KILLS'] ?? (isLong ? 40 : 2));
const writers = 8;
/** Longer than a sealer sleeps, so that it may die asleep, reading or writing. */
const momentMillisecondsMax = 1_500;
/** A lease is taken over after limits.leaseSeconds; the rest is for a busy machine. */
const takeOverSecondsMax = 20;
const signingKey = randomBytes(32).toString('base64');
const env = { IMPRIMATUR_SIGNING_KEY: signingKey };

const { unavailable: skip = false } = findPostgres() as { unavailable?: string };

/** Writes through servers in turn, whatever becomes of them, until it is told to stop. */
class Writing {
  readonly servers: ServerProcess[] = [];
  answered = 0;
  #sent = 0;
  #isStopped = false;
  readonly #done: Promise<unknown>;

  constructor(servers: readonly ServerProcess[]) {
    this.servers.push(...servers);
    this.#done = Promise.all(Array.from({ length: writers }, () => this.#write()));
  }

  async #write(): Promise<void> {
    while (!this.#isStopped) {
      this.#sent += 1;
      const n = this.#sent;
      const server = this.servers[n % this.servers.length];
      const group = { ModelPackageGroupName: `g-${process.pid}-${n}` };
      const answer = await server?.call('CreateModelPackageGroup', group).catch(() => undefined);
      if (answer?.status === 200) this.answered += 1;
      else await sleep(20);
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#done;
  }
}

interface Report {
  readonly entries: number;
  readonly unsealedEntries: number;
  readonly findings: readonly object[];
  readonly isUnanchored: boolean;
}

/** What `audit verify` says of a database, trusting our key and what was kept before. */
async function verify(flags: readonly string[], kept: readonly string[]): Promise<Report> {
  const checkpoints = kept.flatMap((file) => ['--checkpoint', file]);
  const told = await runCli(['audit', 'verify', '--json', ...flags, ...checkpoints], env);
  assert.equal(told.code, 0, told.out + told.error);
  return JSON.parse(told.out) as Report;
}

function checkReport(report: Report, answered: number): void {
  assert.deepEqual(report.findings, []);
  assert.equal(report.isUnanchored, false);
  assert.equal(report.unsealedEntries, 0);
  assert.ok(report.entries >= answered, `${report.entries} sealed, ${answered} answered`);
}

const onPostgres = `${kills} kills of the server that seals, of two, CRASH_SEED=${seed}`;
await test(onPostgres, { skip, timeout: 60_000 + kills * 45_000 }, async () => {
  const random = new Random(seed);
  const folder = mkdtempSync(join(tmpdir(), 'imprimatur-crash-'));
  const postgres = await PostgresServer.start();
  const servers: ServerProcess[] = [];
  const kept: string[] = [];
  let slowest = 0;
  try {
    servers.push(await startServer(postgres.url(), { env }));
    const writing = new Writing(servers);
    let sealer = await sealerBesides(postgres, null);
    for (let kill = 1; kill <= kills; kill += 1) {
      const next = await startServer(postgres.url(), { env });
      servers.push(next);
      writing.servers.push(next);
      await sleep(random.below(momentMillisecondsMax));
      kept.push(await keepCheckpoint(postgres, join(folder, `${kill}.checkpoint`)));
      const [dying] = servers;
      const now = await postgres.query("select holder from lease where name = 'seal-journal'");
      assert.equal(now[0]!['holder'], sealer, 'the server that seals is not the one to be killed');
      await dying!.kill();
      const from = performance.now();
      servers.shift();
      writing.servers.shift();
      sealer = await sealerBesides(postgres, sealer);
      slowest = Math.max(slowest, (performance.now() - from) / 1000);
    }
    await writing.stop();
    for (const server of servers.splice(0)) {
      assert.deepEqual(await server.stop(), { code: 0, signal: null }, server.output());
    }
    checkReport(await verify(['--database', postgres.url()], kept), writing.answered);
    const [sums] = await postgres.query(`select count(*) = count(distinct seq) as once,
      count(*) = (select count(*) from journal) as whole from journal_leaf`);
    assert.deepEqual(sums, { once: true, whole: true });
    process.stderr.write(`${kills} kills, sealed again after ${slowest.toFixed(1)} s at most\n`);
  } finally {
    for (const server of servers) await server.kill();
    await postgres.remove();
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Waits until another holder than before has signed something, and answers who that is. */
async function sealerBesides(postgres: PostgresServer, before: unknown): Promise<unknown> {
  const newest = `select holder, (select max(size) from checkpoint) as size
    from lease where name = 'seal-journal'`;
  const end = performance.now() + takeOverSecondsMax * 1000;
  let since: unknown;
  for (;;) {
    const [row] = await postgres.query(newest).catch(() => []);
    const { holder = null, size = null } = row ?? {};
    if (holder !== null && holder !== before) {
      since ??= size ?? 0;
      if (size !== null && size !== since) return holder;
    }
    assert.ok(performance.now() < end, `nobody seals after ${takeOverSecondsMax} s`);
    await sleep(50);
  }
}

async function keepCheckpoint(postgres: PostgresServer, file: string): Promise<string> {
  const [newest] = await postgres.query('select note from checkpoint order by size desc limit 1');
  writeFileSync(file, String(newest!['note']));
  return file;
}

const onSqlite = `${kills} kills on SQLite, CRASH_SEED=${seed}`;
await test(onSqlite, { timeout: 60_000 + kills * 45_000 }, async () => {
  const random = new Random(seed);
  const dataDir = mkdtempSync(join(tmpdir(), 'imprimatur-crash-'));
  const folder = mkdtempSync(join(tmpdir(), 'imprimatur-crash-'));
  const credentials = { accessKeyId: 'AKIACRASHTEST', secretAccessKey: 'crash-test-secret' };
  const witness = join(dataDir, witnessFileName);
  const kept: string[] = [];
  let answered = 0;
  let server = await start({ dataDir, credentials, env });
  try {
    for (let kill = 1; kill <= kills; kill += 1) {
      const writing = new Writing([server]);
      // After a kill as after a start: the lease of the one that was killed runs out first.
      await newCheckpoint(witness, kept.at(-1));
      await sleep(random.below(momentMillisecondsMax));
      await server.kill();
      await writing.stop();
      answered += writing.answered;
      kept.push(join(folder, `${kill}.checkpoint`));
      writeFileSync(kept.at(-1)!, readFileSync(witness));
      server = await start({ dataDir, credentials, env });
    }
    await newCheckpoint(witness, kept.at(-1));
    assert.deepEqual(await server.stop(), { code: 0, signal: null }, server.output());
    checkReport(await verify(['--data-dir', dataDir], kept), answered);
  } finally {
    await server.kill();
    for (const one of [dataDir, folder]) rmSync(one, { recursive: true, force: true });
  }
});

/** Waits until the data folder holds another checkpoint than was kept of it. */
async function newCheckpoint(witness: string, kept: string | undefined): Promise<void> {
  const read = (file: string | undefined) =>
    file !== undefined && existsSync(file) ? readFileSync(file, 'utf8') : '';
  const end = performance.now() + takeOverSecondsMax * 1000;
  while (read(witness) === read(kept)) {
    assert.ok(performance.now() < end, `nothing is sealed after ${takeOverSecondsMax} s`);
    await sleep(20);
  }
}
