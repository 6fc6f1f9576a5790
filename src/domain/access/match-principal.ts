import type { Principal } from './principal.ts';
import type { PolicyElement } from './policy-document.ts';
import type { PolicyPrincipal } from './policy-principal.ts';

/**
 * How a resource's policy names a principal, the closest last (identity.md section 3.4): not at
 * all; its account, which may pass on what it got; its role or everyone, which boundaries and
 * session policies still limit; itself, which nothing limits.
 */
export const naming = { none: 0, account: 1, role: 2, itself: 3 } as const;

/** One of the ways to be named. */
export type Naming = (typeof naming)[keyof typeof naming];

/** How a statement's Principal names a principal; statements without one are about everybody. */
export function namingOf(
  principals: PolicyElement<PolicyPrincipal> | undefined,
  principal: Principal,
  hasBoundary: boolean,
): Naming {
  if (!principals) return naming.itself;
  const { entries, negated } = principals;
  if (negated) return isExempt(entries, principal, hasBoundary) ? naming.none : naming.role;
  let closest: Naming = naming.none;
  for (const entry of entries) {
    const found = namingByEntry(entry, principal);
    if (found > closest) closest = found;
  }
  return closest;
}

/** Stored policies name users, roles and sessions by unique ids, those of simulations by ARNs. */
function namingByEntry({ type, id }: PolicyPrincipal, principal: Principal): Naming {
  switch (type) {
    case 'Everyone':
      return naming.role;
    case 'Account':
      return id === principal.accountId ? naming.account : naming.none;
    case 'User':
    case 'AssumedRole':
    case 'FederatedUser':
      if (type !== principal.type) return naming.none;
      return id === principal.arn || id === principal.principalId ? naming.itself : naming.none;
    case 'Role':
      return isRoleOf(id, principal) ? naming.role : naming.none;
    case 'Service':
    case 'Federated':
    case 'CanonicalUser':
      return naming.none;
  }
}

function isRoleOf(id: string, { type, roleArn, principalId }: Principal): boolean {
  if (type !== 'AssumedRole') return false;
  return id === roleArn || principalId.startsWith(`${id}:`);
}

/**
 * Whether NotPrincipal spares a principal: only when its account is listed too and, for a session,
 * its role; one with a boundary is never spared (identity.md section 3.4, AWS's user guide).
 */
function isExempt(
  entries: readonly PolicyPrincipal[],
  principal: Principal,
  hasBoundary: boolean,
): boolean {
  if (entries.some(({ type }) => type === 'Everyone')) return true;
  if (hasBoundary) return false;
  const lists = (type: PolicyPrincipal['type']) =>
    entries.some((entry) => entry.type === type && namingByEntry(entry, principal) !== naming.none);
  if (!lists('Account')) return false;
  if (principal.type === 'Account') return true;
  if (principal.type === 'AssumedRole' && !lists('Role')) return false;
  return lists(principal.type);
}
