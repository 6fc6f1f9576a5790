import type {
  DescribeModelPackageGroupOutput,
  ManagedConfiguration,
  ModelPackageGroupSummary,
  UserContext,
} from '../../contracts/sagemaker.gen.ts';
import type { ModelPackageGroupRow } from '../../store/tables.ts';
import type { Call } from '../call.ts';
import { missing, resolveReference, sagemakerArn } from '../resource-reference.ts';
import type { ResourceReference, Scope } from '../resource-reference.ts';

/** What a group's document column holds: members of Describe that are no columns. */
export interface ModelPackageGroupDocument {
  CreatedBy: UserContext;
  ModelPackageGroupDescription?: string;
  ManagedConfiguration?: ManagedConfiguration;
}

type GroupFacts = Pick<ModelPackageGroupRow, 'account_id' | 'region' | 'name'>;

/** The ARN of a group. */
export function modelPackageGroupArn(group: GroupFacts, partition: string): string {
  return sagemakerArn(groupScope(group), partition, `model-package-group/${group.name}`);
}

/** Where a group lives, and its versions with it. */
export function groupScope(group: Pick<ModelPackageGroupRow, 'account_id' | 'region'>): Scope {
  return { accountId: group.account_id, region: group.region };
}

/** The ARN that a group of this name has or would have in the caller's account and region. */
export function ownGroupArn(name: string, call: Call): string {
  return sagemakerArn(call, call.partition, `model-package-group/${name}`);
}

/** Resolves ModelPackageGroupName where a name or an ARN may stand. */
export function resolveGroup(nameOrArn: string, call: Call): ResourceReference {
  return resolveReference(nameOrArn, 'model-package-group', call, missingGroup);
}

/** The refusal for a group that does not exist; clients match its words. */
export function missingGroup(arn: string): ReturnType<typeof missing> {
  return missing(`ModelPackageGroup ${arn} does not exist.`);
}

/** What the policy operations say of a group that does not exist; clients match its words. */
export function missingGroupForPolicy(arn: string): ReturnType<typeof missing> {
  return missing(`Cannot find Model Package Group: ${arn}`);
}

/** The refusal for a group without a resource policy; clients match its words. */
export function missingGroupPolicy(arn: string): ReturnType<typeof missing> {
  return missing(`Cannot find resource policy for: ${arn}`);
}

/** A group as DescribeModelPackageGroup answers it. */
export function describeModelPackageGroup(
  row: GroupFacts & Pick<ModelPackageGroupRow, 'created_at' | 'document'>,
  call: Pick<Call, 'partition'>,
): DescribeModelPackageGroupOutput {
  return {
    ModelPackageGroupName: row.name,
    ModelPackageGroupArn: modelPackageGroupArn(row, call.partition),
    CreationTime: row.created_at,
    ModelPackageGroupStatus: 'Completed',
    ...(JSON.parse(row.document) as ModelPackageGroupDocument),
  };
}

/** A group as ListModelPackageGroups answers it. */
export function summarizeModelPackageGroup(
  row: ModelPackageGroupRow,
  call: Pick<Call, 'partition'>,
): ModelPackageGroupSummary {
  const { CreatedBy: _, ...summary } = describeModelPackageGroup(row, call);
  return summary;
}
