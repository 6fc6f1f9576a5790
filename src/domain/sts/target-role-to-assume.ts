import { parseArn } from '../../kernel/arn.ts';
import { Refusal, refuseInvalid } from '../../kernel/refusal.ts';
import type { RoleRow } from '../../store/identity-tables.ts';
import type { Target } from '../access/target.ts';
import type { FindContext } from '../operation.ts';
import { missingRole, roleArn, roleTags } from '../roles/role.ts';
import { readRole } from '../roles/role-store.ts';

/** The role that a caller wants to assume; one that is not there trusts nobody. */
export async function targetRoleToAssume(
  { tx, call }: FindContext,
  arn: string,
): Promise<Target<RoleRow>> {
  if (call.principal.type === 'Account') {
    throw new Refusal('denied', 'Roles may not be assumed by root accounts.');
  }
  const parts = parseArn(arn);
  const [, name] = /^role\/(?:[!-~]+\/)?([\w+=,.@-]{1,64})$/.exec(parts?.resource ?? '') ?? [];
  const isOfRole = parts?.service === 'iam' && parts.region === '' && name !== undefined;
  if (!isOfRole || !/^\d{12}$/.test(parts.accountId)) refuseInvalid(`${arn} is invalid`);
  const role = await readRole(tx, parts, name);
  if (!role || roleArn(role, call.partition) !== arn) {
    return { arn, trust: null, missing: missingRole(name) };
  }
  return { arn, trust: role.trust_policy, facts: () => ({ tags: roleTags(role) }), found: role };
}
