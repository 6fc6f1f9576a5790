import type {
  ResourceSharePermissionDetail,
  ResourceSharePermissionSummary,
} from '../../contracts/ram.gen.ts';
import { formatArn } from '../../kernel/arn.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { malformedArn } from './resource-share-refusals.ts';

/** What RAM calls model package groups. */
export const groupType = 'sagemaker:ModelPackageGroup';

/** What a share lets others do with its groups: AWS's permissions, by AWS's names. */
export interface ManagedPermission {
  readonly name: string;
  readonly isDefault: boolean;
  readonly actions: readonly string[];
}

const deploying = [
  'sagemaker:BatchDescribeModelPackage',
  'sagemaker:CreateModel',
  'sagemaker:DescribeModelPackage',
  'sagemaker:DescribeModelPackageGroup',
  'sagemaker:ListModelPackages',
];

/** Every permission, the default first. */
export const managedPermissions: readonly ManagedPermission[] = [
  {
    name: 'AWSRAMPermissionSageMakerModelPackageGroupAllowDeploy',
    isDefault: true,
    actions: deploying,
  },
  {
    name: 'AWSRAMPermissionSageMakerModelPackageGroupAllowRegister',
    isDefault: false,
    actions: [...deploying, 'sagemaker:CreateModelPackage'].sort(),
  },
];

/** The permission of a name that a row holds. */
export function permissionNamed(name: string): ManagedPermission {
  return managedPermissions.find((one) => one.name === name)!;
}

/** The ARN of a permission; AWS owns it in every account. */
export function permissionArn({ name }: { readonly name: string }, partition: string): string {
  const owner = { service: 'ram', region: '', accountId: 'aws' };
  return formatArn({ partition, ...owner, resource: `permission/${name}` });
}

/** The permission that a caller names; refuses what is none. */
export function requirePermission(arn: string, partition: string): ManagedPermission {
  const found = managedPermissions.find((one) => permissionArn(one, partition) === arn);
  if (found) return found;
  if (!/^arn:[^:]+:ram:[^:]*:[^:]*:permission\/.+$/.test(arn)) throw malformedArn(arn);
  const code = 'UnknownResourceException';
  throw new Refusal('missing', `Permission ${arn} could not be found.`, { code });
}

/** The one version that a permission has; refuses any other. */
export function checkPermissionVersion(version: number | undefined, arn: string): void {
  if (version === undefined || version === 1) return;
  const message = `Version ${version} of the permission ${arn} could not be found.`;
  throw new Refusal('missing', message, { code: 'UnknownResourceException' });
}

/** A permission as lists show one. */
export function permissionSummary(
  permission: ManagedPermission,
  partition: string,
): ResourceSharePermissionSummary {
  return {
    arn: permissionArn(permission, partition),
    version: '1',
    defaultVersion: true,
    name: permission.name,
    resourceType: groupType,
    status: 'ATTACHABLE',
    isResourceTypeDefault: permission.isDefault,
    permissionType: 'AWS_MANAGED',
    featureSet: 'STANDARD',
  };
}

/** A permission with what it allows. */
export function permissionDetail(
  permission: ManagedPermission,
  partition: string,
): ResourceSharePermissionDetail {
  const { status: _, ...summary } = permissionSummary(permission, partition);
  const text = JSON.stringify({ Effect: 'Allow', Action: permission.actions });
  return { ...summary, status: 'ATTACHABLE', permission: text };
}
