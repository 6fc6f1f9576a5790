import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type { RoleRow } from '../../store/tables.ts';
import type { Call } from '../call.ts';
import { nameKey } from '../resource-reference.ts';
import { missingRole } from './role.ts';

const selectRole = query<{ accountId: string; nameKey: string }, RoleRow>((sql, key) =>
  sql
    .selectFrom('iam_role')
    .selectAll()
    .where('account_id', '=', key.accountId)
    .where('name_key', '=', key.nameKey)
    .forNoKeyUpdate(),
);

/** The role of a name, whatever the name's case. */
export function findRole(
  tx: Transaction,
  { accountId }: Pick<Call, 'accountId'>,
  name: string,
): Promise<RoleRow | undefined> {
  return tx.first(selectRole, { accountId, nameKey: nameKey(name) });
}

/** The role of a name, or IAM's refusal. */
export async function requireRole(tx: Transaction, call: Call, name: string): Promise<RoleRow> {
  const role = await findRole(tx, call, name);
  if (!role) throw missingRole(name);
  return role;
}

const selectRoleById = query<{ accountId: string; id: string }, RoleRow>((sql, key) =>
  sql
    .selectFrom('iam_role')
    .selectAll()
    .where('account_id', '=', key.accountId)
    .where('id', '=', key.id),
);

/** The role behind a unique id. */
export function findRoleById(
  tx: Transaction,
  accountId: string,
  id: string,
): Promise<RoleRow | undefined> {
  return tx.first(selectRoleById, { accountId, id });
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

const deleteRoleRow = query<{ accountId: string; id: string }>((sql, key) =>
  sql.deleteFrom('iam_role').where('account_id', '=', key.accountId).where('id', '=', key.id),
);

/** Removes a role. */
export async function removeRole(tx: Transaction, role: RoleRow): Promise<void> {
  await tx.run(deleteRoleRow, { accountId: role.account_id, id: role.id });
}
