import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRefused, newEntries, startApp } from '../../../tests/support/scenario.ts';
import { testAccount, testRegion } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';
import type { GetSearchSuggestionsResponse } from '../../contracts/sagemaker.gen.ts';

async function suggested(
  app: TestApp,
  PropertyNameHint: string | undefined,
  Resource = 'ModelPackage',
): Promise<string[]> {
  const query = { SuggestionQuery: { PropertyNameQuery: { PropertyNameHint } } };
  const { PropertyNameSuggestions } = await app.ok<GetSearchSuggestionsResponse>(
    'GetSearchSuggestions',
    { Resource, ...(PropertyNameHint !== undefined && query) },
  );
  return PropertyNameSuggestions!.map(({ PropertyName }) => PropertyName!);
}

async function addPackages(app: TestApp): Promise<void> {
  await app.ok('CreateModelPackageGroup', {
    ModelPackageGroupName: 'Fraud',
    Tags: [
      { Key: 'team', Value: 'a' },
      { Key: 'cost', Value: 'b' },
    ],
  });
  for (const metadata of [{ run: '1' }, { run: '2', 'data.set': 'x' }]) {
    await app.ok('CreateModelPackage', {
      ModelPackageGroupName: 'Fraud',
      CustomerMetadataProperties: metadata,
      Tags: [{ Key: 'team', Value: 'own' }],
    });
  }
}

test('GetSearchSuggestions is refused without a hint in its query', async (t) => {
  const app = await startApp(t);
  await assertRefused(
    app,
    'GetSearchSuggestions',
    { Resource: 'ModelPackage', SuggestionQuery: { PropertyNameQuery: {} } },
    {
      message:
        "1 validation error detected: Value null at 'suggestionQuery.propertyNameQuery." +
        "propertyNameHint' failed to satisfy constraint: Member must not be null",
    },
  );
});

test('names begin with the hint; tags and metadata are those in use', async (t) => {
  const app = await startApp(t);
  await addPackages(app);
  await newEntries(app);
  assert.deepEqual(await suggested(app, 'Tags.'), ['Tags.cost', 'Tags.team']);
  assert.deepEqual(await suggested(app, 'Ta'), ['Task', 'Tags.cost', 'Tags.team'].sort());
  assert.deepEqual(await suggested(app, 'Tags.t'), ['Tags.team']);
  assert.deepEqual(await suggested(app, 'CustomerMetadata'), [
    'CustomerMetadataProperties.data.set',
    'CustomerMetadataProperties.run',
  ]);
  assert.deepEqual(await suggested(app, 'CustomerMetadataProperties.ru'), [
    'CustomerMetadataProperties.run',
  ]);
  assert.deepEqual(await suggested(app, 'ModelLifeCycle.'), [
    'ModelLifeCycle.Stage',
    'ModelLifeCycle.StageDescription',
    'ModelLifeCycle.StageStatus',
  ]);
  assert.deepEqual(await suggested(app, 'Nonsense'), []);
  assert.deepEqual(await suggested(app, 'Tags.', 'ModelPackageGroup'), ['Tags.cost', 'Tags.team']);
  assert.deepEqual(await suggested(app, 'CustomerMetadata', 'ModelPackageGroup'), []);
  assert.deepEqual(await suggested(app, '', 'Endpoint'), []);
  assert.deepEqual(await newEntries(app), []);
});

test('a name is told as long as any resource has the property', async (t) => {
  const app = await startApp(t);
  await addPackages(app);
  const ResourceArn = `arn:aws:sagemaker:${testRegion}:${testAccount}:model-package-group/fraud`;
  await app.ok('DeleteTags', { ResourceArn, TagKeys: ['cost'] });
  assert.deepEqual(await suggested(app, 'Tags.'), ['Tags.team']);
  await app.ok('AddTags', { ResourceArn, Tags: [{ Key: 'cost', Value: 'c' }] });
  assert.deepEqual(await suggested(app, 'Tags.'), ['Tags.cost', 'Tags.team']);
  await app.ok('DeleteModelPackage', { ModelPackageName: 'Fraud/2' });
  assert.deepEqual(await suggested(app, 'CustomerMetadataProperties.'), [
    'CustomerMetadataProperties.run',
  ]);
  await app.ok('DeleteModelPackage', { ModelPackageName: 'Fraud/1' });
  assert.deepEqual(await suggested(app, 'CustomerMetadataProperties.'), []);
});

test('a name in use is told behind any number of names that no longer are', async (t) => {
  const app = await startApp(t);
  await addPackages(app);
  for (let version = 3; version <= 14; version += 1) {
    const names = Array.from({ length: 50 }, (_, n) => [`old-${version}-${n}`, 'v']);
    await app.ok('CreateModelPackage', {
      ModelPackageGroupName: 'Fraud',
      CustomerMetadataProperties: Object.fromEntries(names) as Record<string, string>,
    });
    await app.ok('DeleteModelPackage', { ModelPackageName: `Fraud/${version}` });
  }
  assert.deepEqual(await suggested(app, 'CustomerMetadataProperties.'), [
    'CustomerMetadataProperties.data.set',
    'CustomerMetadataProperties.run',
  ]);
});

test('names of another region are not told', async (t) => {
  const app = await startApp(t);
  await addPackages(app);
  const elsewhere = await app.ok<GetSearchSuggestionsResponse>(
    'GetSearchSuggestions',
    {
      Resource: 'ModelPackage',
      SuggestionQuery: { PropertyNameQuery: { PropertyNameHint: 'Tags' } },
    },
    { region: 'us-east-1' },
  );
  assert.deepEqual(elsewhere.PropertyNameSuggestions, []);
});

test('a hundred names are told, sorted, the least nested before others', async (t) => {
  const app = await startApp(t);
  await addPackages(app);
  for (const hint of ['', undefined]) {
    const names = await suggested(app, hint);
    assert.equal(names.length, 100);
    assert.deepEqual(names, names.toSorted());
    for (const name of ['ModelPackageArn', 'Tags.team', 'CustomerMetadataProperties.data.set']) {
      assert.ok(names.includes(name), name);
    }
  }
  const keys = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`key${n}`, 'v']));
  for (const letter of ['a', 'b', 'c']) {
    const metadata = Object.entries(keys).map(([key, value]) => [letter + key, value]);
    await app.ok('CreateModelPackage', {
      ModelPackageGroupName: 'Fraud',
      CustomerMetadataProperties: Object.fromEntries(metadata) as Record<string, string>,
    });
  }
  assert.equal((await suggested(app, 'CustomerMetadataProperties.')).length, 100);
  assert.equal((await suggested(app, 'CustomerMetadataProperties.b')).length, 50);
});
