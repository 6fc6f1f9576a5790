import { isDeepStrictEqual } from 'node:util';
import type { CreateModelPackageInput } from '../../contracts/sagemaker.gen.ts';
import { parseArn } from '../../kernel/arn.ts';
import type { JournalRow } from '../../store/tables.ts';
import { rootPrincipal } from '../access/principal.ts';
import type { EntryDocument } from '../journal/journal-entry.ts';
import { newDocument } from '../model-packages/new-model-package.ts';

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
  /** Where entries contradict each other. */
  readonly problems: string[] = [];

  /** Takes the next entry. */
  take({ row, document }: ChangeEntry): void {
    const { before = {}, after = {} } = document;
    const where = `entry ${row.seq} (${row.operation})`;
    const create = creations.get(row.operation);
    if (create) {
      if (this.members) this.problems.push(`${where} creates it a second time`);
      this.members = create(row, document);
      this.createdSeq = row.seq;
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
    this.members = deletions.has(row.operation)
      ? undefined
      : changed(this.members, { row, document: { ...document, before, after } });
  }
}

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
  return isDeepStrictEqual(comparable(name, one[name]), comparable(name, other[name]));
}

/** Validation profiles have the status of that day's configuration, which nobody wrote down. */
function comparable(name: string, value: unknown): unknown {
  if (name !== 'ModelPackageStatusDetails') return value;
  const details = value as { ValidationStatuses?: { Name?: string }[] } | undefined;
  return {
    ...details,
    ValidationStatuses: details?.ValidationStatuses?.map(({ Name }) => Name) ?? [],
  };
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

function createdPackage(row: JournalRow, { request, after = {} }: EntryDocument): Members {
  const input = request as CreateModelPackageInput;
  const name = nameOf(row.resource_arn!);
  const isVersion = input.ModelPackageGroupName !== undefined;
  const call = {
    principal: rootPrincipal(row.account_id, 'aws'),
    validationProfileStatus: 'NotStarted' as const,
  };
  return {
    ...newDocument(input, call),
    ModelPackageName: isVersion ? (input.ModelPackageName ?? name) : name,
    ...(isVersion && { ModelPackageGroupName: name.slice(0, name.lastIndexOf('/')) }),
    ModelPackageArn: row.resource_arn,
    ...after,
    Tags: input.Tags ?? [],
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
