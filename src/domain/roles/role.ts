import type { Role, Tag } from '../../contracts/iam.gen.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { RoleRow } from '../../store/identity-tables.ts';
import type { Call } from '../call.ts';
import { encodeDocument } from '../policies/policy.ts';
import { iamArn } from '../users/user.ts';

/** A role's ARN. */
export function roleArn(
  { account_id, path, name }: Pick<RoleRow, 'account_id' | 'path' | 'name'>,
  partition: string,
): string {
  return iamArn(account_id, partition, `role${path}${name}`);
}

/** The ARN that is asked about before a role is looked for, when few paths are known. */
export function namedRoleArn(name: string, call: Call, path = '/'): string {
  return iamArn(call.accountId, call.partition, `role${path}${name}`);
}

/** A role as IAM's lists show one. */
export function roleView(row: RoleRow, partition: string): Role {
  return {
    Path: row.path,
    RoleName: row.name,
    RoleId: row.id,
    Arn: roleArn(row, partition),
    CreateDate: row.created_at,
    AssumeRolePolicyDocument: encodeDocument(row.trust_policy),
    ...(row.description !== null && { Description: row.description }),
    MaxSessionDuration: row.max_session_seconds,
  };
}

/** What a role shows besides when it is asked for by itself. */
export function roleDetails(row: RoleRow): Pick<Role, 'Tags' | 'RoleLastUsed'> {
  const tags = roleTags(row);
  return {
    ...(tags.length > 0 && { Tags: tags }),
    RoleLastUsed: {
      ...(row.last_used_at !== null && { LastUsedDate: row.last_used_at }),
      ...(row.last_used_region !== null && { Region: row.last_used_region }),
    },
  };
}

/** A role's tags. */
export function roleTags({ tags }: Pick<RoleRow, 'tags'>): Tag[] {
  return JSON.parse(tags) as Tag[];
}

/** A role that is not there. */
export function missingRole(name: string): Refusal {
  return new Refusal('missing', `The role with name ${name} cannot be found.`);
}

/** A name that is taken. */
export function takenRoleName(name: string): Refusal {
  return new Refusal('exists', `Role with name ${name} already exists.`);
}
