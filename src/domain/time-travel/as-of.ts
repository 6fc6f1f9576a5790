import type { ApprovalReference, AsOf, EntryReference } from '../../contracts/imprimatur-past.ts';
import { refuseInvalid } from '../../kernel/refusal.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import type { ChangeEntry, Members, ToldResource } from '../journal/told-resource.ts';
import { missing } from '../resource-reference.ts';
import type { Prune } from '../sealing/prune-statement.ts';

/** Refuses an input that names no moment, or two. */
export function checkAsOf({ AsOfTime: time, AsOfSequence: sequence }: AsOf): void {
  if ((time === undefined) !== (sequence === undefined)) return;
  refuseInvalid('Exactly one of AsOfTime and AsOfSequence must be specified.');
}

/** The refusal for a resource that was not there; what is there now is not told apart. */
export function missingThen(
  type: 'ModelPackage' | 'ModelPackageGroup',
  arn: string,
  sequence: number,
  shortened: Prune | undefined,
): Refusal {
  const problem = `${type} ${arn} does not exist as of sequence ${sequence}.`;
  if (!shortened || sequence >= shortened.throughSeq) return missing(problem);
  const until = new Date(shortened.before).toISOString();
  return missing(`${problem} The journal was shortened: what was gone by ${until} is not told.`);
}

/** Which entries told what a resource was. */
export function references({ last, approval }: ToldResource): {
  LastChange: EntryReference;
  ApprovalSetBy?: ApprovalReference;
} {
  return {
    LastChange: entryReference(last!),
    ...(approval && { ApprovalSetBy: approvalReference(approval) }),
  };
}

function entryReference({ row }: ChangeEntry): EntryReference {
  return {
    Sequence: row.seq,
    EventId: row.id,
    EventTime: row.at,
    EventName: row.operation,
    PrincipalArn: row.principal_arn,
  };
}

function approvalReference(entry: ChangeEntry): ApprovalReference {
  const { document } = entry;
  const description = document.after?.['ApprovalDescription'];
  return {
    ...entryReference(entry),
    ...(typeof description === 'string' && { ApprovalDescription: description }),
  };
}

/** The members of a version that a list shows. */
const summaryMembers = [
  'ModelPackageName',
  'ModelPackageGroupName',
  'ModelPackageVersion',
  'ModelPackageArn',
  'ModelPackageStatus',
  'ModelApprovalStatus',
  'CreationTime',
  'ModelPackageDescription',
  'ModelLifeCycle',
  'ModelPackageRegistrationType',
] as const;

/** A package as ListModelPackages answered it. */
export function pastSummary(members: Members): Members {
  const told = summaryMembers.filter((name) => members[name] !== undefined);
  return Object.fromEntries(told.map((name) => [name, members[name]]));
}

/** Strict mode gives versions no name and no tags, also as they were. */
export function strictly(members: Members): Members {
  const { ModelPackageName: _, ...rest } = members;
  return rest['ModelPackageVersion'] === undefined ? members : { ...rest, Tags: [] };
}
