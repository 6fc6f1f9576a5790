import { echo } from '../../contracts/validate.ts';
import { parseArn } from '../../kernel/arn.ts';
import { Refusal, refuseInvalid } from '../../kernel/refusal.ts';
import { refuseBusPolicy } from '../event-buses/event-bus-policy.ts';
import type { RoleRow } from '../../store/identity-tables.ts';
import type { Transaction } from '../../store/database.ts';
import { malformedPrincipal } from '../access/malformed-policy.ts';
import { parsePolicyDocument } from '../access/policy-document.ts';
import { replacePrincipals } from '../access/policy-json.ts';
import { isNamedById, keptPrincipal } from '../access/policy-principal.ts';
import type { PolicyPrincipal } from '../access/policy-principal.ts';
import type { Call } from '../call.ts';
import { roleArn } from '../roles/role.ts';
import { findRoleById, readRole } from '../roles/role-store.ts';
import { sessionArn } from '../sts/role-session.ts';
import { userArn } from '../users/user.ts';
import { findUser, findUserById } from '../users/user-store.ts';

type Scope = Pick<Call, 'accountId' | 'partition'>;

/**
 * A role's trust policy as it is stored: users and roles by their unique ids, so that nobody who
 * comes back under a name is trusted. Refuses whoever is not there.
 */
export function keepTrustPolicy(tx: Transaction, scope: Scope, text: string): Promise<string> {
  return keepPrincipals(tx, scope, text, (reason) => {
    throw new Refusal('invalid', reason, { code: 'MalformedPolicyDocument' });
  });
}

/** The same of a model package group's policy. */
export function keepGroupPolicy(tx: Transaction, scope: Scope, text: string): Promise<string> {
  return keepPrincipals(tx, scope, text, (reason) =>
    refuseInvalid(`Invalid policy provided: ${reason}`),
  );
}

/** The same of an event bus's policy. */
export function keepBusPolicy(tx: Transaction, scope: Scope, text: string): Promise<string> {
  return keepPrincipals(tx, scope, text, refuseBusPolicy);
}

async function keepPrincipals(
  tx: Transaction,
  scope: Scope,
  text: string,
  refuse: (reason: string) => never,
): Promise<string> {
  const kept = new Map<string, string>();
  for (const { principals } of parsePolicyDocument(text).statements) {
    for (const principal of principals?.entries ?? []) {
      const { text: given } = principal;
      if (kept.has(given)) continue;
      const found = await keep(tx, scope, principal);
      kept.set(given, found ?? refuse(malformedPrincipal('AWS', echo(given))));
    }
  }
  return replacePrincipals(text, (given) => kept.get(given) ?? given);
}

/** A principal as it is stored; undefined where it is nobody. */
async function keep(
  tx: Transaction,
  scope: Scope,
  principal: PolicyPrincipal,
): Promise<string | undefined> {
  if (isNamedById(principal)) return keepUniqueId(tx, scope, principal);
  const { type, text } = principal;
  // An account's number is never given again, be it of this registry or not.
  const isNamed = type === 'User' || type === 'Role' || type === 'AssumedRole';
  return isNamed ? keepNamed(tx, scope, principal) : text;
}

async function keepNamed(
  tx: Transaction,
  { partition }: Scope,
  { type, text }: PolicyPrincipal,
): Promise<string | undefined> {
  const { accountId, resource } = parseArn(text)!;
  const parts = resource.split('/');
  if (type === 'User') {
    const user = await findUser(tx, { accountId }, parts.at(-1)!);
    if (!user || userArn(user, partition) !== text) return undefined;
    return keptPrincipal(accountId, user.id);
  }
  if (type === 'Role') {
    const role = await readRole(tx, { accountId }, parts.at(-1)!);
    if (!role || roleArn(role, partition) !== text) return undefined;
    return keptPrincipal(accountId, role.id);
  }
  const [, roleName = '', session = ''] = parts;
  const role = await readRole(tx, { accountId }, roleName);
  if (!role || sessionArn(role, session, partition) !== text) return undefined;
  return keptPrincipal(accountId, `${role.id}:${session}`);
}

/** Whoever is of the caller's account may be named by a unique id, as answers may show one. */
async function keepUniqueId(
  tx: Transaction,
  scope: Scope,
  { id, text }: PolicyPrincipal,
): Promise<string | undefined> {
  if (text !== id) return undefined;
  const kept = keptPrincipal(scope.accountId, id);
  return (await arnOf(tx, kept, scope.partition)) === undefined ? undefined : kept;
}

/**
 * A stored policy as answers show it: users, roles and sessions by the ARNs that they have now, or
 * by their unique ids where they are gone.
 */
export async function showPrincipals(
  tx: Transaction,
  { partition }: Pick<Call, 'partition'>,
  text: string,
): Promise<string> {
  const stored = new Set<string>();
  replacePrincipals(text, (principal) => {
    stored.add(principal);
    return principal;
  });
  const shown = new Map<string, string>();
  for (const principal of stored) {
    const [, uniqueId] = /^\d{12}:(.+)$/.exec(principal) ?? [];
    if (uniqueId === undefined) continue;
    shown.set(principal, (await arnOf(tx, principal, partition)) ?? uniqueId);
  }
  return replacePrincipals(text, (principal) => shown.get(principal) ?? principal);
}

/** A role whose trust policy is as answers show it. */
export async function showTrust(
  tx: Transaction,
  scope: Pick<Call, 'partition'>,
  role: RoleRow,
): Promise<RoleRow> {
  return { ...role, trust_policy: await showPrincipals(tx, scope, role.trust_policy) };
}

/** The ARN of whom a stored policy names by a unique id, if that one is still there. */
async function arnOf(
  tx: Transaction,
  stored: string,
  partition: string,
): Promise<string | undefined> {
  const [accountId = '', id = '', session] = stored.split(':');
  if (id.startsWith('AIDA')) {
    const user = await findUserById(tx, accountId, id);
    return user && userArn(user, partition);
  }
  const role = await findRoleById(tx, accountId, id);
  if (!role) return undefined;
  return session === undefined ? roleArn(role, partition) : sessionArn(role, session, partition);
}
