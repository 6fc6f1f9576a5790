import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findProperty, propertyNames, recordShapes } from './property-path.ts';

const found: [name: string, kind: string, path: string[], list?: true][] = [
  ['ModelPackageName', 'text', ['ModelPackageName']],
  ['ModelPackageVersion', 'number', ['ModelPackageVersion']],
  ['CreationTime', 'timestamp', ['CreationTime']],
  ['CertifyForMarketplace', 'boolean', ['CertifyForMarketplace']],
  ['ModelLifeCycle', 'structure', ['ModelLifeCycle']],
  ['ModelLifeCycle.StageStatus', 'text', ['ModelLifeCycle', 'StageStatus']],
  ['Tags', 'map', ['Tags']],
  ['Tags.team', 'text', ['Tags', 'team']],
  ['Tags.a.b..c', 'text', ['Tags', 'a.b..c']],
  ['CustomerMetadataProperties', 'map', ['CustomerMetadataProperties']],
  ['CustomerMetadataProperties.a.b', 'text', ['CustomerMetadataProperties', 'a.b']],
  [
    'InferenceSpecification.Containers',
    'structure',
    ['InferenceSpecification', 'Containers'],
    true,
  ],
  [
    'InferenceSpecification.Containers.Image',
    'text',
    ['InferenceSpecification', 'Containers', 'Image'],
  ],
  [
    'InferenceSpecification.Containers.Environment.JAVA.HOME',
    'text',
    ['InferenceSpecification', 'Containers', 'Environment', 'JAVA.HOME'],
  ],
  [
    'InferenceSpecification.SupportedContentTypes',
    'text',
    ['InferenceSpecification', 'SupportedContentTypes'],
    true,
  ],
  ['CreatedBy.IamIdentity.Arn', 'text', ['CreatedBy', 'IamIdentity', 'Arn']],
];

for (const [name, kind, path, list = false] of found) {
  test(`${name} is a ${kind} property`, () => {
    const property = findProperty(recordShapes.ModelPackage, name);
    assert.deepEqual(
      property && { kind: property.kind, path: property.path, list: property.list },
      { kind, path, list },
    );
  });
}

const unknown = [
  'Nonsense',
  'modelPackageName',
  'ModelLifeCycle.Nonsense',
  'ModelLifeCycle.Stage.More',
  'Tags.',
  'CustomerMetadataProperties.',
  '.',
  '',
  'ModelLifeCycle.',
  'ManagedStorageType',
  'constructor',
  'ModelLifeCycle.constructor',
];

for (const name of unknown) {
  test(`'${name}' is no property of a package`, () => {
    assert.equal(findProperty(recordShapes.ModelPackage, name), undefined);
  });
}

test('a group has its own properties and no others', () => {
  assert.deepEqual(propertyNames(recordShapes.ModelPackageGroup), [
    'CreatedBy.DomainId',
    'CreatedBy.IamIdentity.Arn',
    'CreatedBy.IamIdentity.PrincipalId',
    'CreatedBy.IamIdentity.SourceIdentity',
    'CreatedBy.UserProfileArn',
    'CreatedBy.UserProfileName',
    'CreationTime',
    'ModelPackageGroupArn',
    'ModelPackageGroupDescription',
    'ModelPackageGroupName',
    'ModelPackageGroupStatus',
  ]);
  assert.equal(findProperty(recordShapes.ModelPackageGroup, 'LastModifiedTime'), undefined);
});

test('every name that is listed is found and holds a value', () => {
  const names = propertyNames(recordShapes.ModelPackage);
  assert.ok(names.length > 150);
  for (const name of names) {
    const property = findProperty(recordShapes.ModelPackage, name);
    assert.ok(property, name);
    assert.ok(!['structure', 'map'].includes(property.kind), name);
  }
});
