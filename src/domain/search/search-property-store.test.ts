import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { testVersion } from '../../../tests/support/scenario.ts';
import { openSqlite } from '../../store/sqlite-database.ts';
import { modelPackageGroupProperties, modelPackageProperties } from './search-properties.ts';
import { replaceSearchProperties } from './search-property-store.ts';
import type { IndexedState } from './search-property-store.ts';

const state: fc.Arbitrary<IndexedState | undefined> = fc.option(
  fc.record({
    modifiedAt: fc.nat(2),
    properties: fc
      .dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom('x', 'y'))
      .map((values) => Object.entries(values)),
  }),
  { nil: undefined },
);

test('the index follows any sequence of states, owner by owner', async () => {
  const database = await openSqlite(':memory:');
  const scope = { accountId: '1', region: 'r', resource: 'ModelPackage' as const };
  const rows = () =>
    database.read((tx) =>
      tx.rows(
        tx.sql
          .selectFrom('search_property')
          .innerJoin('search_property_name', 'id', 'name_id')
          .selectAll(),
      ),
    );
  await fc.assert(
    fc.asyncProperty(fc.array(state, { maxLength: 5 }), async (states) => {
      const other = { ...scope, resourceId: 2 };
      const kept = { modifiedAt: 1, properties: [['a', 'x']] as const };
      await database.write((tx) => replaceSearchProperties(tx, other, undefined, kept));
      let before: IndexedState | undefined;
      for (const after of [...states, undefined]) {
        const owner = { ...scope, resourceId: 1 };
        await database.write((tx) => replaceSearchProperties(tx, owner, before, after));
        before = after;
        const found = (await rows()).filter((row) => row.resource_id === 1);
        assert.deepEqual(
          found.map(({ name, value, modified_at }) => `${name}=${value} ${modified_at}`).sort(),
          [...(after?.properties ?? [])]
            .map(([name, value]) => `${name}=${value} ${after!.modifiedAt}`)
            .sort(),
        );
      }
      assert.equal((await rows()).length, 1);
      await database.write((tx) => replaceSearchProperties(tx, other, kept, undefined));
    }),
  );
  await database.close();
});

test('a version is found by its group, states, metadata and own tags', () => {
  const row = testVersion(
    {
      ModelPackageRegistrationType: 'Logged',
      ModelLifeCycle: { Stage: 'Dev', StageStatus: 'On', StageDescription: 'not looked up' },
      CustomerMetadataProperties: { 'a.b': '1', c: '2' },
    },
    { tags: '[{"Key":"k","Value":""}]', approval_status: 'Approved' },
  );
  assert.deepEqual(modelPackageProperties(row), [
    ['ModelPackageGroupName', 'Fraud'],
    ['ModelApprovalStatus', 'Approved'],
    ['ModelPackageRegistrationType', 'Logged'],
    ['ModelLifeCycle.Stage', 'Dev'],
    ['ModelLifeCycle.StageStatus', 'On'],
    ['CustomerMetadataProperties.a.b', '1'],
    ['CustomerMetadataProperties.c', '2'],
    ['Tags.k', ''],
  ]);
});

test('an unversioned package has no group, and a status only where it is uncommon', () => {
  const row = testVersion({}, { type: 'Unversioned', version: null, approval_status: null });
  assert.deepEqual(modelPackageProperties(row), []);
  assert.deepEqual(modelPackageProperties({ ...row, status: 'Failed' }), [
    ['ModelPackageStatus', 'Failed'],
  ]);
});

test('a group is found by its tags', () => {
  assert.deepEqual(modelPackageGroupProperties([{ Key: 'a', Value: 'b' }]), [['Tags.a', 'b']]);
});
