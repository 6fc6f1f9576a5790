import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../../tests/support/scenario.ts';
import { testArn } from '../../tests/support/test-app.ts';
import { openTestDatabase } from '../../tests/support/test-database.ts';
import { Refusal } from '../kernel/refusal.ts';
import { query } from './query.ts';

const insert = query<{ id: number; name: string }>((sql, row) =>
  sql.insertInto('schema_migration').values({ id: row.id, name: row.name }),
);

test('a character that PostgreSQL cannot hold is refused by either database', async () => {
  const database = await openTestDatabase();
  for (const name of ['\0', 'a\0b']) {
    const isRefused = (error: unknown) => error instanceof Refusal && error.kind === 'invalid';
    await assert.rejects(
      database.write((tx) => tx.run(insert, { id: 1000, name })),
      isRefused,
    );
    const byName = (sql: Parameters<Parameters<typeof query>[0]>[0]) =>
      sql.selectFrom('schema_migration').selectAll().where('name', '=', name);
    await assert.rejects(
      database.read((tx) => tx.rows(byName(tx.sql))),
      isRefused,
    );
  }
  await database.close();
});

test('no call with that character fails, and its refusal is journaled', async (t) => {
  const app = await startApp(t);
  const group = { ModelPackageGroupName: 'nul' };
  await app.ok('CreateModelPackageGroup', group);
  const { ModelPackageArn } = await app.ok('CreateModelPackage', group);
  const filter = { Name: 'ModelPackageGroupName', Operator: 'Equals', Value: 'a\0b' };
  const SearchExpression = { Filters: [filter] };
  const calls: [string, Record<string, unknown>][] = [
    ['Search', { Resource: 'ModelPackage', SearchExpression }],
    [
      'AddTags',
      { ResourceArn: testArn('model-package-group/n\0l'), Tags: [{ Key: 'a', Value: '' }] },
    ],
    ['ListTags', { ResourceArn: testArn('model-package-group/n\0l') }],
    [
      'AddTags',
      { ResourceArn: testArn('model-package-group/nul'), Tags: [{ Key: 'a\0', Value: 'b\0' }] },
    ],
    ['DescribeModelPackageGroup', { ModelPackageGroupName: 'n\0l' }],
    ['CreateModelPackage', { ...group, ClientToken: 'a\0b' }],
    ['UpdateModelPackage', { ModelPackageArn, CustomerMetadataProperties: { a: 'b\0c' } }],
    ['ListModelPackages', { ...group, NextToken: 'a\0b' }],
    ['ListModelPackageGroups', { NameContains: 'a\0b' }],
  ];
  const { length } = await app.journal();
  for (const [operation, input] of calls) await app.refused(operation, input);
  const entries = (await app.journal()).slice(length);
  assert.deepEqual(
    entries.map((entry) => [entry.operation, entry.error_code]),
    calls.map(([operation]) => [operation, 'ValidationException']),
  );
});
