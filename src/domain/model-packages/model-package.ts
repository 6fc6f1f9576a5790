import type {
  DescribeModelPackageOutput,
  ModelPackageSummary,
} from '../../contracts/sagemaker.gen.ts';
import { withJsonMembers } from '../../kernel/json-members.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import type { ModelPackageRow } from '../../store/tables.ts';
import type { Call } from '../call.ts';
import { missing, resolveReference, sagemakerArn } from '../resource-reference.ts';
import type { ResourceReference } from '../resource-reference.ts';

/** Members of Describe that are columns, or made from columns. */
type ColumnMember =
  | 'ModelPackageName'
  | 'ModelPackageGroupName'
  | 'ModelPackageVersion'
  | 'ModelPackageArn'
  | 'CreationTime'
  | 'ModelPackageStatus'
  | 'ModelApprovalStatus'
  | 'LastModifiedTime';

/** What a package's document column holds: every other member of Describe, in wire shape. */
export type ModelPackageDocument = Omit<DescribeModelPackageOutput, ColumnMember>;

/** A package that a caller names: unversioned or by alias, or with its version. */
export interface PackageReference extends ResourceReference {
  /** Set when a version of the group `name` is meant. */
  readonly version: number | undefined;
}

const versioned = /^(.+)\/([1-9]\d{0,8})$/;

/** Resolves ModelPackageName where a name, `<group>/<version>` or an ARN may stand. */
export function resolvePackage(nameOrArn: string, call: Call): PackageReference {
  const reference = resolveReference(nameOrArn, 'model-package', call, missingPackage);
  const match = versioned.exec(reference.name);
  if (!match) return { ...reference, version: undefined };
  return { ...reference, name: match[1]!, version: Number(match[2]) };
}

/** Whether a version was named by its alias, which strict mode does not know. */
export function isAlias(
  reference: Pick<PackageReference, 'version'>,
  row: Pick<ModelPackageRow, 'version'>,
): boolean {
  return row.version !== null && reference.version === undefined;
}

/** The refusal for a package that does not exist; clients match its words. */
export function missingPackage(arn: string): Refusal {
  return missing(`ModelPackage ${arn} does not exist.`);
}

type PackageFacts = Pick<ModelPackageRow, 'account_id' | 'region' | 'name' | 'version'>;

/** The ARN of a package: `…:model-package/<group>/<version>` or `…:model-package/<name>`. */
export function modelPackageArn(row: PackageFacts, partition: string): string {
  const scope = { accountId: row.account_id, region: row.region };
  const version = row.version === null ? '' : `/${row.version}`;
  return sagemakerArn(scope, partition, `model-package/${row.name}${version}`);
}

/** What stands for all versions of a group, those to come included. */
export function versionsArn(
  group: Pick<PackageFacts, 'account_id' | 'region' | 'name'>,
  { partition }: Pick<Call, 'partition'>,
): string {
  return `${modelPackageArn({ ...group, version: null }, partition)}/*`;
}

/**
 * The ModelPackageName of Describe and List: an unversioned package's name; for a version its alias
 * or `<group>/<version>`, an extension without which the SageMaker Python SDK v3 fails.
 */
export function modelPackageName(
  row: Pick<ModelPackageRow, 'name' | 'version' | 'alias'>,
  call: Pick<Call, 'strictAws'>,
): string | undefined {
  if (row.version === null) return row.name;
  return call.strictAws ? undefined : (row.alias ?? `${row.name}/${row.version}`);
}

/** A package as DescribeModelPackage answers it. */
export function describeModelPackage(
  row: ModelPackageRow,
  call: Pick<Call, 'partition' | 'strictAws'>,
): DescribeModelPackageOutput {
  return {
    ...describeColumns(row, call),
    ...(JSON.parse(row.document) as ModelPackageDocument),
  };
}

/** The same as it goes to the wire, where the document stays the text that it is stored as. */
export function describeForWire(
  row: ModelPackageRow,
  call: Pick<Call, 'partition' | 'strictAws'>,
): DescribeModelPackageOutput {
  return withJsonMembers<DescribeModelPackageOutput>(describeColumns(row, call), row.document);
}

function describeColumns(
  row: ModelPackageRow,
  call: Pick<Call, 'partition' | 'strictAws'>,
): Pick<DescribeModelPackageOutput, ColumnMember> {
  return {
    ...identify(row, call),
    CreationTime: row.created_at,
    ...(row.last_modified_at !== null && { LastModifiedTime: row.last_modified_at }),
  };
}

/** A package as ListModelPackages answers it. */
export function summarizeModelPackage(
  row: ModelPackageRow,
  call: Pick<Call, 'partition' | 'strictAws'>,
): ModelPackageSummary {
  const document = JSON.parse(row.document) as ModelPackageDocument;
  const { ModelPackageDescription, ModelLifeCycle, ModelPackageRegistrationType } = document;
  return {
    ...identify(row, call),
    CreationTime: row.created_at,
    ...(ModelPackageDescription !== undefined && { ModelPackageDescription }),
    ...(ModelLifeCycle && { ModelLifeCycle }),
    ...(ModelPackageRegistrationType && { ModelPackageRegistrationType }),
  };
}

type Identity = Pick<
  ModelPackageSummary,
  Exclude<ColumnMember, 'CreationTime' | 'LastModifiedTime'>
>;

function identify(row: ModelPackageRow, call: Pick<Call, 'partition' | 'strictAws'>): Identity {
  const name = modelPackageName(row, call);
  const approval = row.approval_status as Identity['ModelApprovalStatus'] | null;
  return {
    ...(name !== undefined && { ModelPackageName: name }),
    ...(row.version !== null && {
      ModelPackageGroupName: row.name,
      ModelPackageVersion: row.version,
    }),
    ModelPackageArn: modelPackageArn(row, call.partition),
    ModelPackageStatus: row.status as Identity['ModelPackageStatus'],
    ...(approval !== null && { ModelApprovalStatus: approval! }),
  };
}
