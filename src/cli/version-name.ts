import { DescribeModelPackage } from '../contracts/sagemaker.gen.ts';
import type { DescribeModelPackageOutput, ModelPackage } from '../contracts/sagemaker.gen.ts';
import type { Client } from './client.ts';

type NamedPackage = Pick<
  ModelPackage,
  'ModelPackageArn' | 'ModelPackageGroupName' | 'ModelPackageName' | 'ModelPackageVersion'
>;

/** How people name a package: `fraud/3`, or its own name where it has no version. */
export function versionName(one: NamedPackage): string {
  const { ModelPackageGroupName: group, ModelPackageVersion: version } = one;
  if (group !== undefined && version !== undefined) return `${group}/${version}`;
  return one.ModelPackageName ?? one.ModelPackageArn ?? '';
}

/** The alias of a version, if it has one. */
export function aliasOf(one: NamedPackage): string | undefined {
  const { ModelPackageName: name } = one;
  return name === undefined || name === versionName(one) ? undefined : name;
}

/** The version that a person names by its ARN, as `fraud/3`, or by its alias. */
export function describeVersion(client: Client, name: string): Promise<DescribeModelPackageOutput> {
  return client.call(DescribeModelPackage, { ModelPackageName: name });
}
