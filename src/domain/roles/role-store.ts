import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type { RoleRow } from '../../store/identity-tables.ts';
import type { Call } from '../call.ts';
import { identityRows } from '../identity-rows-store.ts';
import { nameKey } from '../resource-reference.ts';

const roles = identityRows('iam_role');

/** The role of a name, whatever the name's case. */
export const findRole = roles.find;

/** The role behind a unique id. */
export const findRoleById = roles.findById;

/** How many roles an account has. */
export const countRoles = roles.count;

/** Removes a role. */
export const removeRole = roles.remove;

/** An account's roles under a path, by name. */
export const listRoleRows = roles.list;

const readRoleRow = query<{ accountId: string; nameKey: string }, RoleRow>((sql, key) =>
  sql
    .selectFrom('iam_role')
    .selectAll()
    .where('account_id', '=', key.accountId)
    .where('name_key', '=', key.nameKey),
);

/** The role of a name for a call that changes nothing of it: sessions are made side by side. */
export function readRole(
  tx: Transaction,
  { accountId }: Pick<Call, 'accountId'>,
  name: string,
): Promise<RoleRow | undefined> {
  return tx.first(readRoleRow, { accountId, nameKey: nameKey(name) });
}

const insertRoleRow = query<RoleRow>((sql, role) =>
  sql.insertInto('iam_role').values({
    account_id: role.account_id,
    name_key: role.name_key,
    name: role.name,
    id: role.id,
    path: role.path,
    created_at: role.created_at,
    description: role.description,
    max_session_seconds: role.max_session_seconds,
    trust_policy: role.trust_policy,
    boundary_policy_id: role.boundary_policy_id,
    tags: role.tags,
    last_used_at: role.last_used_at,
    last_used_region: role.last_used_region,
  }),
);

/** Inserts a role; fails on a taken name. */
export async function insertRole(tx: Transaction, role: Omit<RoleRow, 'name_key'>): Promise<void> {
  await tx.run(insertRoleRow, { ...role, name_key: nameKey(role.name) });
}

const updateRoleRow = query<RoleRow>((sql, role) =>
  sql
    .updateTable('iam_role')
    .set({
      description: role.description,
      max_session_seconds: role.max_session_seconds,
      trust_policy: role.trust_policy,
      boundary_policy_id: role.boundary_policy_id,
      tags: role.tags,
    })
    .where('account_id', '=', role.account_id)
    .where('id', '=', role.id),
);

/** Keeps what an update may change of a role. */
export async function saveRole(tx: Transaction, role: RoleRow): Promise<void> {
  await tx.run(updateRoleRow, role);
}

/** A use of a role by one of its sessions. */
export interface RoleUse {
  accountId: string;
  id: string;
  at: number;
  region: string;
}

const updateLastUse = query<RoleUse>((sql, use) =>
  sql
    .updateTable('iam_role')
    .set({ last_used_at: use.at, last_used_region: use.region })
    .where('account_id', '=', use.accountId)
    .where('id', '=', use.id),
);

/** Keeps when and where a role was used. */
export async function saveRoleUse(tx: Transaction, use: RoleUse): Promise<void> {
  await tx.run(updateLastUse, use);
}
