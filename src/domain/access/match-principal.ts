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

function namingByEntry({ type, id }: PolicyPrincipal, principal: Principal): Naming {
  switch (type) {
    case 'Everyone':
      return naming.role;
    case 'Account':
      return id === principal.accountId ? naming.account : naming.none;
    case 'User':
    case 'AssumedRole':
    case 'FederatedUser':
      return type === principal.type && id === principal.arn ? naming.itself : naming.none;
    case 'Role':
      return id === principal.roleArn ? naming.role : naming.none;
    case 'Service':
    case 'Federated':
    case 'CanonicalUser':
      return naming.none;
  }
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
  const isListed = (type: PolicyPrincipal['type'], id: string | undefined) =>
    entries.some((entry) => entry.type === type && entry.id === id);
  if (!isListed('Account', principal.accountId)) return false;
  if (principal.type === 'Account') return true;
  if (principal.type === 'AssumedRole' && !isListed('Role', principal.roleArn)) return false;
  return isListed(principal.type, principal.arn);
}
