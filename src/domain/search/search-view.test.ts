import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wholeVersion } from '../../../tests/support/samples.ts';
import { testCall, testVersion } from '../../../tests/support/scenario.ts';
import { describeModelPackage } from '../model-packages/model-package.ts';
import { cheapMembers, groupView, packageView } from './search-view.ts';

const {
  ModelPackageGroupName: _,
  ModelApprovalStatus: __,
  ClientToken: ___,
  ...document
} = wholeVersion;
const rows = [
  testVersion(document, { last_modified_at: 7, alias: 'champion' }),
  testVersion({}, {}),
  testVersion({}, { type: 'Unversioned', version: null, group_id: null, approval_status: null }),
].map((row) => ({ ...row, group_tags: null }));

for (const strictAws of [false, true]) {
  for (const [n, row] of rows.entries()) {
    test(`columns tell what Describe tells: row ${n}, ${strictAws ? 'strict' : 'extended'}`, () => {
      const call = testCall({ strictAws });
      const described: Record<string, unknown> = { ...describeModelPackage(row, call) };
      const { document: _, ...facts } = row;
      const view = packageView(facts, call);
      for (const name of cheapMembers.ModelPackage) {
        if (name === 'Tags' || (name === 'ModelPackageName' && strictAws)) continue;
        assert.equal(view.member(name) ?? undefined, described[name], name);
      }
    });
  }
}

test('members that are no columns are read from the document', () => {
  const view = packageView(rows[0]!, testCall());
  assert.deepEqual(view.member('ModelLifeCycle'), wholeVersion.ModelLifeCycle);
  assert.equal(view.member('ManagedStorageType'), undefined);
  const { document: _, ...facts } = rows[0]!;
  assert.throws(() => packageView(facts, testCall()).member('ModelLifeCycle'), /not loaded/);
});

test('a group tells what Describe tells of it', () => {
  const view = groupView(
    {
      id: 7,
      account_id: '123456789012',
      region: 'eu-west-1',
      name: 'Fraud',
      name_key: 'fraud',
      created_at: 5,
      last_version: 0,
      last_version_at: 0,
      policy: null,
      share_policy: null,
      tags: '[{"Key":"k","Value":"v"}]',
      document: '{"CreatedBy":{"DomainId":"d"},"ModelPackageGroupDescription":"x"}',
    },
    testCall(),
  );
  const record = view.record().ModelPackageGroup!;
  for (const name of [
    'ModelPackageGroupName',
    'CreationTime',
    'ModelPackageGroupStatus',
    'CreatedBy',
  ]) {
    assert.deepEqual(view.member(name), record[name as keyof typeof record], name);
  }
  assert.deepEqual({ ...(view.member('Tags') as object) }, { k: 'v' });
});
