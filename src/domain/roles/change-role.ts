import { isDeepStrictEqual } from 'node:util';
import type { RoleRow } from '../../store/identity-tables.ts';
import type { OperationContext } from '../operation.ts';
import { roleArn, roleTags } from './role.ts';
import { saveRole } from './role-store.ts';

type Changeable = Pick<RoleRow, 'description' | 'max_session_seconds' | 'trust_policy' | 'tags'>;

/** Writes and records what a call makes of a role, if that changes it; answers the role. */
export async function changeRole(
  { tx, call, journal }: Pick<OperationContext, 'tx' | 'call' | 'journal'>,
  role: RoleRow,
  change: Partial<Changeable>,
): Promise<RoleRow> {
  const next = { ...role, ...change };
  const [before, after] = [told(role), told(next)];
  const changed = Object.keys(before).filter(
    (name) => !isDeepStrictEqual(before[name], after[name]),
  );
  if (changed.length === 0) {
    journal.unchanged();
    return role;
  }
  await saveRole(tx, next);
  const pick = (members: Members): Members =>
    Object.fromEntries(changed.map((name) => [name, members[name]]));
  const resourceArn = roleArn(role, call.partition);
  journal.record({ resourceArn, before: pick(before), after: pick(after) });
  return next;
}

type Members = Record<string, unknown>;

function told(role: RoleRow): Members {
  return {
    Description: role.description ?? undefined,
    MaxSessionDuration: role.max_session_seconds,
    AssumeRolePolicyDocument: role.trust_policy,
    Tags: roleTags(role),
  };
}
