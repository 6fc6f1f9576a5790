import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { sql } from 'kysely';
import { wholeVersion } from '../../../tests/support/samples.ts';
import { startApp } from '../../../tests/support/scenario.ts';
import { testArn } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';
import type { Database } from '../../store/database.ts';
import { readJournalRoot } from '../journal/journal-store.ts';
import { checkIntegrity } from './check-integrity.ts';

const watch = { partition: 'aws', progress: () => undefined };
const group = 'model-package-group/Fraud';
const version = (number: number) => `model-package/Fraud/${number}`;
const specification = {
  Containers: [{ Image: 'registry.example.com/base:1' }],
  SupportedContentTypes: ['text/csv'],
  SupportedResponseMIMETypes: ['text/csv'],
};

/** A registry in which everything has happened once: five versions given, of which two are gone. */
async function startWithLife(t: TestContext): Promise<TestApp> {
  const app = await startApp(t);
  const step = async (operation: string, input: Record<string, unknown>): Promise<void> => {
    app.clock.advance(1000);
    await app.ok(operation, input);
  };
  const tags = [{ Key: 'team', Value: 'risk' }];
  await step('CreateModelPackageGroup', { ModelPackageGroupName: 'Old' });
  await step('CreateModelPackage', { ModelPackageGroupName: 'Old' });
  await step('CreateModelPackage', { ModelPackageGroupName: 'Old' });
  await step('DeleteModelPackage', { ModelPackageName: 'Old/1' });
  await step('DeleteModelPackage', { ModelPackageName: 'Old/2' });
  await step('DeleteModelPackageGroup', { ModelPackageGroupName: 'Old' });
  await step('CreateModelPackageGroup', { ModelPackageGroupName: 'Old' });
  await step('CreateModelPackageGroup', {
    ModelPackageGroupName: 'Fraud',
    ModelPackageGroupDescription: 'cards',
    Tags: tags,
  });
  await step('CreateModelPackage', { ...wholeVersion, ModelPackageGroupName: 'fraud' });
  await step('CreateModelPackage', {
    ModelPackageGroupName: 'Fraud',
    ModelPackageName: 'Champion',
    CustomerMetadataProperties: { accuracy: '0.9' },
    Tags: tags,
  });
  await step('CreateModelPackage', { ModelPackageGroupName: 'Fraud' });
  await step('CreateModelPackage', { ModelPackageGroupName: 'Fraud' });
  await step('CreateModelPackage', {
    ModelPackageGroupName: 'Fraud',
    SourceUri: testArn(version(1)),
  });
  await step('DeleteModelPackage', { ModelPackageName: 'Fraud/3' });
  await step('DeleteModelPackage', { ModelPackageName: 'Fraud/5' });
  await step('CreateModelPackage', {
    ModelPackageName: 'Base',
    InferenceSpecification: specification,
  });
  await step('UpdateModelPackage', {
    ModelPackageArn: testArn(version(2)),
    ModelApprovalStatus: 'Approved',
    CustomerMetadataProperties: { auc: '0.8' },
    CustomerMetadataPropertiesToRemove: ['accuracy'],
  });
  await step('AddTags', { ResourceArn: testArn(version(4)), Tags: tags });
  await step('DeleteTags', { ResourceArn: testArn(group), TagKeys: ['team'] });
  await step('AddTags', { ResourceArn: testArn(group), Tags: tags });
  await app.refused('DescribeModelPackage', { ModelPackageName: 'Fraud/3' });
  return app;
}

/** Findings as `<check> <resource>: <problem>`. */
async function findingsOf(database: Database): Promise<string[]> {
  const { findings, complete } = await checkIntegrity(database, watch);
  assert.ok(complete);
  for (const { advice } of findings) assert.ok(advice.length > 20);
  return findings.map(({ check, resource = '', problem }) => {
    const short = resource.replace(/^arn:aws:sagemaker:eu-west-1:123456789012:/, '');
    return `${check} ${short}: ${problem}`;
  });
}

test('a registry in which everything has happened has no findings', async (t) => {
  const app = await startWithLife(t);
  const report = await checkIntegrity(app.database, watch);
  assert.deepEqual(report.findings, []);
  assert.deepEqual(report.counts, {
    ...{ groups: 2, packages: 4, names: 2, searchProperties: 15, policies: 0 },
  });
  assert.deepEqual(report.journal, await readJournalRoot(app.database));
});

const packageRow = sql`(select id from model_package where version = 2 and name = 'Fraud')`;
const damages: [title: string, statements: ReturnType<typeof sql>[], findings: RegExp[]][] = [
  [
    "a version's document",
    [sql`update model_package set document = '{"CreatedBy":{}}' where version = 4`],
    [/^packages model-package\/Fraud\/4: Its row and its journal differ in .*CreatedBy/],
  ],
  [
    'a document that is no JSON',
    [sql`update model_package set document = '{' where version = 4`],
    [/^packages model-package\/Fraud\/4: Its row cannot be read: /],
  ],
  [
    'an approval that nobody gave',
    [sql`update model_package set approval_status = 'Rejected' where version = 2`],
    [
      /^packages model-package\/Fraud\/2: Its row and its journal differ in ModelApprovalStatus\.$/,
      /^search model-package\/Fraud\/2: Searches for ModelApprovalStatus = 'Rejected' do not find it/,
      /^search model-package\/Fraud\/2: Searches for ModelApprovalStatus = 'Approved' find it/,
    ],
  ],
  [
    'a time by which searches sort',
    [sql`update model_package set modified_at = modified_at + 1 where name = 'Base'`],
    [
      /^packages model-package\/Base: The time that searches sort by is not that of its last change/,
    ],
  ],
  [
    "a group's tags",
    [sql`update model_package_group set tags = '[]' where name = 'Fraud'`],
    [
      /^groups model-package-group\/Fraud: Its row and its journal differ in Tags\.$/,
      /^search model-package-group\/Fraud: Searches for Tags.team = 'risk' find it/,
    ],
  ],
  [
    'a policy that nobody set',
    [sql`update model_package_group set policy = '{}' where name = 'Fraud'`],
    [/^groups model-package-group\/Fraud: Its row and its journal differ in ResourcePolicy\.$/],
  ],
  [
    'the key of a name',
    [sql`update model_package_group set name_key = 'other' where name = 'Old'`],
    [
      /^journal model-package-group\/Old: Entry 1?\d created it and none deleted it/,
      /^groups model-package-group\/Old: It is kept under the name 'other'/,
    ],
  ],
  [
    'a version that is gone',
    [
      sql`delete from search_property where resource_id = ${packageRow}`,
      sql`delete from model_package_name where package_id = ${packageRow}`,
      sql`delete from model_package where id = ${packageRow}`,
    ],
    [
      /^journal model-package\/Fraud\/2: Entry \d+ created it and none deleted it, yet it is not/,
      /^versions model-package-group\/Fraud: Version 2 is gone, and the journal has no entry/,
    ],
  ],
  [
    'a counter that went back',
    [sql`update model_package_group set last_version = 4 where name = 'Fraud'`],
    [/^journal model-package\/Fraud\/5: Its group counts 4 versions: its number would return\.$/],
  ],
  [
    'a counter below a living version',
    [sql`update model_package_group set last_version = 3 where name = 'Fraud'`],
    [
      /^journal model-package\/Fraud\/4: Its group counts 3/,
      /^journal model-package\/Fraud\/5: Its group counts 3/,
      /^versions model-package-group\/Fraud: Version 4 is there, but the last number given is 3/,
    ],
  ],
  [
    'a counter too far',
    [sql`update model_package_group set last_version = 6 where name = 'Fraud'`],
    [/^versions model-package-group\/Fraud: Version 6 is gone/],
  ],
  [
    'creation times that run backwards',
    [sql`update model_package set created_at = 1 where version = 4`],
    [
      /^versions model-package-group\/Fraud: Version 4 was created before version 2\.$/,
      /^packages model-package\/Fraud\/4: Its row and its journal differ in CreationTime\.$/,
      /^packages model-package\/Fraud\/4: The time that searches sort by/,
    ],
  ],
  [
    'the time of the last version',
    [sql`update model_package_group set last_version_at = 1 where name = 'Fraud'`],
    [/^versions model-package-group\/Fraud: The time of its last version is after the time/],
  ],
  [
    'an alias that leads nowhere',
    [sql`delete from model_package_name where name_key = 'champion'`],
    [/^names model-package\/Fraud\/2: Its name 'Champion' does not lead to it/],
  ],
  [
    'a name that leads elsewhere',
    [sql`update model_package_name set package_id = ${packageRow} where name_key = 'base'`],
    [
      /^names model-package\/Base: Its name 'Base' does not lead to it/,
      /^names : The name 'base' in eu-west-1 of account 123456789012 leads to a package that/,
    ],
  ],
  [
    'a search property that is not there',
    [sql`delete from search_property where value = '0.8'`],
    [/^search model-package\/Fraud\/2: Searches for CustomerMetadataProperties.auc = '0.8' do not/],
  ],
  [
    'a search property of nothing',
    [sql`update search_property set resource_id = 99 where value = '0.8'`],
    [
      /^search : The search index has CustomerMetadataProperties.auc = '0.8' of a ModelPackage that/,
      /^search model-package\/Fraud\/2: Searches for CustomerMetadataProperties.auc = '0.8' do not/,
    ],
  ],
  [
    'a search property in the wrong place',
    [sql`update search_property set modified_at = 1 where value = '0.8'`],
    [
      /^search model-package\/Fraud\/2: .* do not find it, or not in its place\.$/,
      /^search model-package\/Fraud\/2: .* find it, or find it in the wrong place\.$/,
    ],
  ],
  [
    'a creation that the journal has lost',
    [
      sql`delete from journal where operation = 'CreateModelPackage'
        and lower(resource_arn) = ${testArn(version(4)).toLowerCase()}`,
    ],
    [
      /^packages model-package\/Fraud\/4: In its journal, entry \d+ \(AddTags\) changes it while/,
      /^packages model-package\/Fraud\/4: The journal has no entry of its creation\.$/,
    ],
  ],
  [
    'a change that the journal has lost',
    [sql`delete from journal where operation = 'DeleteTags'`],
    [
      /^groups model-package-group\/Fraud: In its journal, entry \d+ \(AddTags\) tells another Tags/,
    ],
  ],
  [
    'a deletion that the journal has lost',
    [
      sql`delete from journal where operation = 'DeleteModelPackage'
        and lower(resource_arn) = ${testArn(version(3)).toLowerCase()}`,
    ],
    [
      /^journal model-package\/Fraud\/3: Entry \d+ created it and none deleted it/,
      /^versions model-package-group\/Fraud: Version 3 is gone/,
    ],
  ],
  [
    'a journal entry that is no JSON',
    [sql`update journal set document = 'x' where operation = 'DeleteTags'`],
    [
      /^journal model-package-group\/Fraud: The document of entry \d+ is no JSON object\.$/,
      /^groups model-package-group\/Fraud: In its journal, entry \d+ \(AddTags\) tells another Tags/,
    ],
  ],
  [
    'an id that two entries bear',
    [sql`update journal set id = (select id from journal where seq = 1) where seq = 2`],
    [/^journal : Several entries have the id [0-9a-f-]{36}\.$/],
  ],
  [
    'an account that a group is listed for and that no policy names',
    [
      sql`insert into shared_group (account_id, region, name_key, group_id, created_at)
        select '222222222222', region, name_key, id, created_at
        from model_package_group where name = 'Fraud'`,
    ],
    [
      /^groups model-package-group\/Fraud: It lets in the accounts .* listed are \[.*222222222222.*\]\.$/,
    ],
  ],
  [
    'a policy that no share amounts to',
    [sql`update model_package_group set share_policy = '{}' where name = 'Fraud'`],
    [
      /^groups model-package-group\/Fraud: What others may do with it is not what its shares say\.$/,
    ],
  ],
];

for (const [title, statements, expected] of damages) {
  test(`found: ${title}`, async (t) => {
    const app = await startWithLife(t);
    for (const statement of statements) {
      await app.database.write((tx) => tx.rows({ compile: () => statement.compile(tx.sql) }));
    }
    const findings = await findingsOf(app.database);
    assert.equal(findings.length, expected.length, findings.join('\n'));
    for (const [index, pattern] of expected.entries()) assert.match(findings[index]!, pattern);
  });
}

test('a check ends where it finds no end of faults', async (t) => {
  const app = await startWithLife(t);
  const far = sql`update model_package_group set last_version = 1000000000`;
  await app.database.write((tx) => tx.rows({ compile: () => far.compile(tx.sql) }));
  const findings = await findingsOf(app.database);
  assert.equal(findings.length, 42);
  assert.match(findings[41]!, /More numbers up to 1000000000 may be gone/);
});

test('what is written meanwhile is no finding', async (t) => {
  const app = await startWithLife(t);
  const state = { isChecking: true };
  const write = async (n: number): Promise<void> => {
    const tag = { Key: 'n', Value: '0' };
    for (let round = 0; state.isChecking || round < 3; round += 1) {
      const name = `Group-${n}-${round}`;
      await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: name });
      await app.ok('CreateModelPackage', {
        ModelPackageGroupName: name,
        ModelPackageName: `${name}-a`,
      });
      await app.ok('CreateModelPackage', { ModelPackageGroupName: 'Fraud' });
      await app.ok('AddTags', {
        ResourceArn: testArn(version(2)),
        Tags: [{ ...tag, Value: `${n}-${round}` }],
      });
      await app.ok('DeleteModelPackage', { ModelPackageName: `${name}/1` });
      await app.ok('DeleteModelPackageGroup', { ModelPackageGroupName: name });
    }
  };
  const writers = Promise.all([1, 2, 3].map(write));
  for (let checked = 0; checked < 5; checked += 1) {
    assert.deepEqual(await findingsOf(app.database), []);
  }
  state.isChecking = false;
  await writers;
  assert.deepEqual(await findingsOf(app.database), []);
});
