import type {
  ModelPackage,
  ModelPackageGroup,
  SearchRecord,
  Tag,
} from '../../contracts/sagemaker.gen.ts';
import type { ModelPackageGroupRow, ModelPackageRow } from '../../store/tables.ts';
import { describeModelPackageGroup } from '../model-package-groups/model-package-group.ts';
import {
  describeModelPackage,
  modelPackageArn,
  modelPackageName,
} from '../model-packages/model-package.ts';
import type { Call } from '../call.ts';
import { parseTags } from '../tags/tag-list.ts';
import type { Readable } from './search-expression.ts';

/** A row under judgement: columns are at hand, the document is parsed when it is asked for. */
export interface SearchView extends Readable {
  readonly id: number;
  /** Characters of the row's document, which is most of the record; 0 while it is not loaded. */
  readonly size: number;
  /** The record that Search answers; needs the document. */
  record(): SearchRecord;
}

type ViewCall = Pick<Call, 'partition' | 'strictAws'>;

/** What a package is judged by without its document; `group_tags` are those of its group. */
export type PackageFacts = Pick<
  ModelPackageRow,
  | 'id'
  | 'account_id'
  | 'region'
  | 'type'
  | 'name'
  | 'version'
  | 'alias'
  | 'approval_status'
  | 'status'
  | 'created_at'
  | 'last_modified_at'
  | 'tags'
> & { group_tags: string | null };

/** A package with its document. */
export type WholePackage = ModelPackageRow & Pick<PackageFacts, 'group_tags'>;

/** Members of a package's record that need no document. */
const packageColumns: Record<string, (row: PackageFacts, call: ViewCall) => unknown> = {
  // Where AWS leaves the name of a version out, searches for it find the group's name.
  ModelPackageName: (row, call) => modelPackageName(row, call) ?? row.name,
  ModelPackageGroupName: (row) => (row.version === null ? undefined : row.name),
  ModelPackageVersion: (row) => row.version,
  ModelPackageArn: (row, call) => modelPackageArn(row, call.partition),
  ModelPackageStatus: (row) => row.status,
  ModelApprovalStatus: (row) => row.approval_status,
  CreationTime: (row) => row.created_at,
  LastModifiedTime: (row) => row.last_modified_at,
  Tags: (row, call) => tagMap(effectiveTags(row, call)),
};

/** The names of members that are read without a document. */
export const cheapMembers: Record<'ModelPackage' | 'ModelPackageGroup', ReadonlySet<string>> = {
  ModelPackage: new Set(Object.keys(packageColumns)),
  ModelPackageGroup: new Set(['ModelPackageGroupName', 'CreationTime', 'Tags']),
};

/** A package as searches see it. */
export function packageView(row: PackageFacts | WholePackage, call: ViewCall): SearchView {
  let described: ModelPackage | undefined;
  const describe = (): ModelPackage => {
    if (!('document' in row)) throw new Error('The document was not loaded.');
    const { ManagedStorageType: _, ...members } = describeModelPackage(row, call);
    return members;
  };
  return {
    id: row.id,
    size: 'document' in row ? row.document.length : 0,
    member(name) {
      const column = packageColumns[name];
      if (column) return column(row, call);
      described ??= describe();
      return described[name as keyof ModelPackage];
    },
    record() {
      described ??= describe();
      return { ModelPackage: { ...described, Tags: effectiveTags(row, call) } };
    },
  };
}

/** A group as searches see it. */
export function groupView(row: ModelPackageGroupRow, call: ViewCall): SearchView {
  let described: ModelPackageGroup | undefined;
  const describe = (): ModelPackageGroup => {
    const { ManagedConfiguration: _, ...members } = describeModelPackageGroup(row, call);
    return { ...members, Tags: parseTags(row.tags) };
  };
  return {
    id: row.id,
    size: row.document.length,
    member(name) {
      if (name === 'ModelPackageGroupName') return row.name;
      if (name === 'CreationTime') return row.created_at;
      if (name === 'Tags') return tagMap(parseTags(row.tags));
      described ??= describe();
      return described[name as keyof ModelPackageGroup];
    },
    record: () => ({ ModelPackageGroup: (described ??= describe()) }),
  };
}

/** A package's own tags, and its group's where it has no tag of that key. */
function effectiveTags(row: PackageFacts, call: ViewCall): Tag[] {
  // AWS's versions have no tags; their group's tags count all the same.
  const own = call.strictAws && row.type === 'Versioned' ? [] : readTags(row.tags);
  const keys = new Set(own.map(({ Key }) => Key));
  return [...own, ...readTags(row.group_tags).filter(({ Key }) => !keys.has(Key))];
}

function readTags(text: string | null): Tag[] {
  return text === null || text === '[]' ? [] : parseTags(text);
}

/** Tags as a map without a prototype; none at all is as good as absent. */
function tagMap(tags: readonly Tag[]): Record<string, string> | undefined {
  if (tags.length === 0) return undefined;
  const map = Object.create(null) as Record<string, string>;
  for (const { Key, Value } of tags) map[Key] = Value;
  return map;
}
