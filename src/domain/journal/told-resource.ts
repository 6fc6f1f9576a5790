import { isDeepStrictEqual } from 'node:util';
import { parseArn } from '../../kernel/arn.ts';
import type { JournalRow } from '../../store/tables.ts';
import type { EntryDocument } from './journal-entry.ts';

/** The members of a resource: those of Describe, its tags and its policy. */
export type Members = Record<string, unknown>;

/** A journal entry without an error, its document parsed. */
export interface ChangeEntry {
  readonly row: JournalRow;
  readonly document: EntryDocument;
}

/** A resource as the entries of its journal tell it, one after the other. */
export class ToldResource {
  /** What it is now; undefined before its creation and after its deletion. */
  members: Members | undefined;
  /** The entry that created it last. */
  createdSeq: number | undefined;
  /** The entry that formed it last. */
  last: ChangeEntry | undefined;
  /** The entry that gave it its approval status; saying the same again gives nothing. */
  approval: ChangeEntry | undefined;
  /** Where entries contradict each other. */
  readonly problems: string[] = [];

  /** Takes the next entry. */
  take(entry: ChangeEntry): void {
    const { row, document } = entry;
    const { before = {}, after = {} } = document;
    const where = `entry ${row.seq} (${row.operation})`;
    const create = creations.get(row.operation);
    if (create) {
      if (this.members) this.problems.push(`${where} creates it a second time`);
      this.members = create(row, document);
      this.createdSeq = row.seq;
      this.last = entry;
      this.approval = this.members[approvalMember] === undefined ? undefined : entry;
      return;
    }
    if (!this.members) {
      this.problems.push(`${where} changes it while it is not there`);
      return;
    }
    const wrong = Object.keys(before).filter((name) => !isSame(this.members!, before, name));
    if (wrong.length > 0) {
      this.problems.push(`${where} tells another ${wrong.join(', ')} than the entries before it`);
    }
    this.last = entry;
    const status = after[approvalMember];
    if (status !== undefined && status !== this.members[approvalMember]) this.approval = entry;
    this.members = deletions.has(row.operation) ? undefined : changed(this.members, entry);
  }
}

const approvalMember = 'ModelApprovalStatus';

/** The operations whose entries end a resource. */
export const deletions: ReadonlySet<string> = new Set([
  'DeleteModelPackage',
  'DeleteModelPackageGroup',
]);

/** The operations whose entries begin a resource, and what it is then. */
const creations = new Map<string, (row: JournalRow, document: EntryDocument) => Members>([
  ['CreateModelPackageGroup', createdGroup],
  ['CreateModelPackage', createdPackage],
]);

/** Whether an entry's operation begins a resource. */
export function isCreation(operation: string): boolean {
  return creations.has(operation);
}

/** The members that differ between what the journal tells and what is there. */
export function differences(told: Members, actual: Members): string[] {
  const names = new Set([...Object.keys(told), ...Object.keys(actual)]);
  return [...names].filter((name) => !isSame(told, actual, name));
}

function isSame(one: Members, other: Members, name: string): boolean {
  return isDeepStrictEqual(one[name], other[name]);
}

function createdGroup(row: JournalRow, { request, after }: EntryDocument): Members {
  const { ModelPackageGroupName: _, Tags = [], ...given } = request as Members;
  return {
    ModelPackageGroupName: nameOf(row.resource_arn!),
    ModelPackageGroupArn: row.resource_arn,
    ...given,
    ...after,
    Tags,
  };
}

function createdPackage(row: JournalRow, { request, after }: EntryDocument): Members {
  const {
    ModelPackageGroupName: group,
    ModelPackageName: alias,
    ClientToken: _,
    Tags = [],
    ...given
  } = request as Members;
  const name = nameOf(row.resource_arn!);
  const isVersion = group !== undefined;
  return {
    ...given,
    ModelPackageName: isVersion ? (alias ?? name) : name,
    ...(isVersion && { ModelPackageGroupName: name.slice(0, name.lastIndexOf('/')) }),
    ModelPackageArn: row.resource_arn,
    ...after,
    Tags,
  };
}

/** The name in an ARN: what follows the resource's type. */
function nameOf(arn: string): string {
  const resource = parseArn(arn)?.resource ?? '';
  return resource.slice(resource.indexOf('/') + 1);
}

function changed(members: Members, { row, document }: ChangeEntry): Members {
  const { before = {}, after = {} } = document;
  const next = Object.fromEntries(
    Object.entries(members).filter(([name]) => !(name in before) || name in after),
  );
  Object.assign(next, after);
  if (row.operation !== 'UpdateModelPackage') return next;
  const last = (members['LastModifiedTime'] ?? members['CreationTime']) as number;
  return {
    ...next,
    LastModifiedTime: Math.max(row.at, last),
    LastModifiedBy: {
      IamIdentity: { Arn: row.principal_arn, PrincipalId: document.principalId },
    },
  };
}
