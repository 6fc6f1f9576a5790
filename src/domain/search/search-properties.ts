import type { ModelPackage, Tag } from '../../contracts/sagemaker.gen.ts';
import type { ModelPackageRow } from '../../store/tables.ts';

/** A property that the search index holds: its path and its value. */
export type IndexedProperty = readonly [name: string, value: string];

/** Before the key of a tag in a property's name. */
export const tagPrefix = 'Tags.';
/** Before the key of a customer metadata property in a property's name. */
export const metadataPrefix = 'CustomerMetadataProperties.';

/** Members of a package that the index holds besides tags and customer metadata. */
const indexedMembers: readonly string[] = [
  'ModelPackageGroupName',
  'ModelPackageStatus',
  'ModelApprovalStatus',
  'ModelPackageRegistrationType',
  'ModelLifeCycle.Stage',
  'ModelLifeCycle.StageStatus',
];

/** What nearly every package's status is: an entry for it would help no search. */
const commonStatus = 'Completed';

type IndexedFacts = Pick<
  ModelPackageRow,
  'type' | 'name' | 'status' | 'approval_status' | 'tags' | 'document'
>;

/** What searches find a package by; its own tags only, as its group's are found by the group. */
export function modelPackageProperties(row: IndexedFacts): IndexedProperty[] {
  const document = JSON.parse(row.document) as ModelPackage;
  const members: Record<string, string | null | undefined> = {
    ModelPackageGroupName: row.type === 'Versioned' ? row.name : null,
    ModelPackageStatus: row.status === commonStatus ? null : row.status,
    ModelApprovalStatus: row.approval_status,
    ModelPackageRegistrationType: document.ModelPackageRegistrationType,
    'ModelLifeCycle.Stage': document.ModelLifeCycle?.Stage,
    'ModelLifeCycle.StageStatus': document.ModelLifeCycle?.StageStatus,
  };
  const properties: [string, string][] = [];
  for (const name of indexedMembers) {
    const value = members[name];
    if (value !== null && value !== undefined) properties.push([name, value]);
  }
  for (const [key, value] of Object.entries(document.CustomerMetadataProperties ?? {})) {
    properties.push([metadataPrefix + key, value]);
  }
  if (row.tags !== '[]') properties.push(...tagProperties(JSON.parse(row.tags) as Tag[]));
  return properties;
}

/** What searches find a group by. */
export function modelPackageGroupProperties(tags: readonly Tag[]): IndexedProperty[] {
  return tagProperties(tags);
}

function tagProperties(tags: readonly Tag[]): [string, string][] {
  return tags.map(({ Key, Value }) => [tagPrefix + Key, Value]);
}

/** Whether the index of packages holds every package that has this value; tags are told apart. */
export function isIndexed(name: string, value: string): boolean {
  if (name.startsWith(metadataPrefix)) return true;
  if (name === 'ModelPackageStatus' && value === commonStatus) return false;
  return indexedMembers.includes(name);
}
