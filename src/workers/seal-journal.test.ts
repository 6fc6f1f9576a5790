import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../../tests/support/scenario.ts';
import { makeEntries, testSealer, TestWitness } from '../../tests/support/sealing.ts';
import type { TestApp } from '../../tests/support/test-app.ts';
import { testDatabaseKind } from '../../tests/support/test-database.ts';
import { checkHistory } from '../domain/sealing/history-store.ts';
import { readSealLag } from '../domain/sealing/seal-lag-store.ts';
import type { HistoryReport } from '../domain/sealing/check-history.ts';

async function check(app: TestApp, witness?: TestWitness): Promise<HistoryReport> {
  const kept = witness?.kept === undefined ? [] : [{ from: 'the witness', text: witness.kept }];
  return (await checkHistory(app.database, { anchors: [], kept }))!;
}

async function leaves(app: TestApp): Promise<{ position: number; seq: number }[]> {
  const rows = await app.database.read((tx) =>
    tx.rows(tx.sql.selectFrom('journal_leaf').select(['position', 'seq']).orderBy('position')),
  );
  return rows.map(({ position, seq }) => ({ position, seq }));
}

test('what is written is sealed, in order, and verified', async (t) => {
  const app = await startApp(t);
  const witness = new TestWitness();
  const sealer = testSealer(app, { witness });
  assert.equal(await checkHistory(app.database, { anchors: [], kept: [] }), undefined);
  for (const count of [1, 3, 300]) {
    await makeEntries(app, count, `g${count}`);
    assert.equal((await app.database.read(readSealLag)).entries, count);
    await sealer.pass();
    assert.deepEqual(await app.database.read(readSealLag), { entries: 0, oldestAt: undefined });
  }
  const report = await check(app, witness);
  assert.deepEqual(report.findings, []);
  assert.deepEqual([report.entries, report.checkpoints], [304, 3]);
  assert.equal(report.newest?.text, witness.kept);
  assert.deepEqual(
    await leaves(app),
    Array.from({ length: 304 }, (_, position) => ({ position, seq: position + 1 })),
  );
});
