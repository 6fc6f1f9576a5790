import type { ModelPackageGroupRow } from '../../store/tables.ts';
import { modelPackageGroupArn } from '../model-package-groups/model-package-group.ts';
import { managedPermissions } from './managed-permission.ts';

/** What an accepted share gives an account. */
export interface Grant {
  readonly accountId: string;
  /** The name of the managed permission. */
  readonly permission: string;
}

/** The resource policy that a group's accepted shares amount to; null where there is none. */
export function sharePolicy(
  group: Pick<ModelPackageGroupRow, 'account_id' | 'region' | 'name'>,
  grants: readonly Grant[],
  partition: string,
): string | null {
  const arn = modelPackageGroupArn(group, partition);
  const versions = `${arn.replace(':model-package-group/', ':model-package/')}/*`;
  const Statement = managedPermissions.flatMap(({ name, actions }) => {
    const accounts = grants.filter(({ permission }) => permission === name);
    if (accounts.length === 0) return [];
    const ids = [...new Set(accounts.map(({ accountId }) => accountId))].sort();
    const AWS = ids.map((id) => `arn:${partition}:iam::${id}:root`);
    return [{ Effect: 'Allow', Principal: { AWS }, Action: actions, Resource: [arn, versions] }];
  });
  return Statement.length === 0 ? null : JSON.stringify({ Version: '2012-10-17', Statement });
}
