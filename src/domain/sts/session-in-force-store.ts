import type { Transaction } from '../../store/database.ts';
import type { RoleRow } from '../../store/identity-tables.ts';
import { compiledPolicy } from '../access/compiled-policies.ts';
import type { NamedPolicy, PolicySet } from '../access/evaluate-policy.ts';
import { silentPolicy } from '../access/parse-policy.ts';
import { rootPrincipal } from '../access/principal.ts';
import type { Principal } from '../access/principal.ts';
import {
  findPolicyInForce,
  rolePolicies,
  userPolicies,
} from '../policies/policies-in-force-store.ts';
import { findRoleById } from '../roles/role-store.ts';
import { userPrincipal } from '../users/user.ts';
import { findUserById } from '../users/user-store.ts';
import { sessionPrincipal } from './role-session.ts';
import { grantsOf } from './session-token.ts';
import type { SealedSession, SessionGrants } from './session-token.ts';

/** Whom a session stands for now, and what it may do. */
export interface SessionInForce {
  readonly principal: Principal;
  readonly policies?: PolicySet;
}

/** What a session is in force with; undefined once its role or user is gone. */
export async function sessionInForce(
  tx: Transaction,
  sealed: SealedSession,
  partition: string,
): Promise<SessionInForce | undefined> {
  const { holder, issuedAt } = sealed;
  const { accountId } = holder;
  if (holder.type === 'root') {
    return { principal: { ...rootPrincipal(accountId, partition), session: { issuedAt } } };
  }
  if (holder.type === 'user') {
    const user = await findUserById(tx, accountId, holder.userId);
    if (!user) return undefined;
    const principal = { ...userPrincipal(user, partition), session: { issuedAt } };
    return { principal, policies: await userPolicies(tx, user, partition) };
  }
  const role = await findRoleById(tx, accountId, holder.roleId);
  if (!role) return undefined;
  const grants = grantsOf(sealed);
  const { name, sourceIdentity } = holder;
  const session = { name, issuedAt, ...(sourceIdentity !== undefined && { sourceIdentity }) };
  const policies = await rolePolicies(tx, role, partition);
  const limit = await sessionPolicies(tx, role, grants, partition);
  return {
    principal: sessionPrincipal(role, session, grants, partition),
    policies: limit.length > 0 ? { ...policies, session: limit } : policies,
  };
}

/** A managed policy that has gone since allows nothing: the session is not the freer for it. */
async function sessionPolicies(
  tx: Transaction,
  role: RoleRow,
  { policy, policyArns = [] }: SessionGrants,
  partition: string,
): Promise<NamedPolicy[]> {
  const policies: NamedPolicy[] = [];
  if (policy !== undefined) {
    policies.push({ name: 'Policy', policy: compiledPolicy(policy, 'session') });
  }
  for (const arn of policyArns) {
    const found = await findPolicyInForce(tx, { accountId: role.account_id, partition }, arn);
    policies.push(found ?? { name: arn, policy: silentPolicy });
  }
  return policies;
}
