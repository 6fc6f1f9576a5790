import { Refusal } from '../../kernel/refusal.ts';
import type { RoleRow } from '../../store/tables.ts';
import type { Call } from '../call.ts';
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

/** A role that is not there. */
export function missingRole(name: string): Refusal {
  return new Refusal('missing', `The role with name ${name} cannot be found.`);
}

/** A name that is taken. */
export function takenRoleName(name: string): Refusal {
  return new Refusal('exists', `Role with name ${name} already exists.`);
}
