/**
 * Several servers on one PostgreSQL, with clients that ask any of them: every history must be one
 * that a single server could have given, and the database must hold what was answered.
 *
 *   npm run test:crash                                           100 000 calls
 *   CRASH_SEED=42 npm test -- tests/crash/several-servers        the short form, its choices replayed
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { findPostgres, PostgresServer } from '../support/postgres-server.ts';
import { FamilyLoad } from './family-load.ts';
import { startServers, stopServers } from './postgres-cast.ts';
import { readPostgres } from './postgres-state.ts';

const isLong = process.env['IMPRIMATUR_TEST_LONG'] === '1';
const seed = Number(process.env['CRASH_SEED'] ?? Math.floor(Math.random() * 1e6));
const operations = Number(process.env['CRASH_OPERATIONS'] ?? (isLong ? 100_000 : 3_000));
const operationsPerRound = 1_000;
const serverCount = 3;
const clientCount = 16;

const { unavailable: skip = false } = findPostgres() as { unavailable?: string };

const name = `${operations} calls of three servers on one database, CRASH_SEED=${seed}`;
await test(name, { skip, timeout: 1_800_000 }, async () => {
  const postgres = await PostgresServer.start();
  const servers = await startServers(postgres.url(), serverCount);
  const load = new FamilyLoad(seed, () => servers);
  const from = performance.now();
  try {
    while (load.figures.operations < operations) {
      await load.runFor(clientCount, Math.min(operationsPerRound, operations));
      load.judge();
      if (isLong && load.figures.families % 40 === 0) report(load, from);
    }
    assert.equal(load.figures.unknown, 0, 'a call was not answered, or answered 503');
    await stopServers(servers);
    load.check(await readPostgres(postgres.url()));
    if (isLong) report(load, from);
  } finally {
    for (const server of servers) await server.kill();
    await postgres.remove();
  }
});

function report({ figures }: FamilyLoad, from: number): void {
  const seconds = (performance.now() - from) / 1000;
  process.stderr.write(
    `${figures.operations} calls on ${figures.families * 2} groups in ${seconds.toFixed(0)} s, ` +
      `of which ${figures.judgedSeconds.toFixed(0)} s to judge them\n`,
  );
}
