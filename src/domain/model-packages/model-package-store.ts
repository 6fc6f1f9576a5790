import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type { ModelPackageRow } from '../../store/tables.ts';
import { guardGroupAccess } from '../model-package-groups/model-package-group-store.ts';
import { nameKey } from '../resource-reference.ts';
import type { Scope } from '../resource-reference.ts';
import { modelPackageProperties } from '../search/search-properties.ts';
import { replaceSearchProperties } from '../search/search-property-store.ts';

interface NameKey extends Scope {
  nameKey: string;
}

/** A package with what of its group decides who may do what with it. */
export type PackageInGroup = ModelPackageRow & {
  readonly group_policy: string | null;
  readonly group_share_policy: string | null;
  readonly group_tags: string | null;
};

const selectVersion = query<NameKey & { version: number }, PackageInGroup>((sql, key) =>
  sql
    .selectFrom('model_package_group as g')
    .innerJoin('model_package as p', 'p.group_id', 'g.id')
    .selectAll('p')
    .select([
      'g.policy as group_policy',
      'g.share_policy as group_share_policy',
      'g.tags as group_tags',
    ])
    .where('g.account_id', '=', key.accountId)
    .where('g.region', '=', key.region)
    .where('g.name_key', '=', key.nameKey)
    .where('p.version', '=', key.version)
    .forNoKeyUpdate('p')
    // Tags and policies of the group stay what they are until it is done.
    .forKeyShare('g'),
);

const selectByName = query<NameKey, ModelPackageRow>((sql, key) =>
  sql
    .selectFrom('model_package_name as n')
    .innerJoin('model_package as p', 'p.id', 'n.package_id')
    .selectAll('p')
    .where('n.account_id', '=', key.accountId)
    .where('n.region', '=', key.region)
    .where('n.name_key', '=', key.nameKey)
    .forNoKeyUpdate('p'),
);

/** The version of a group, or the package of a name or alias; names match whatever their case. */
export function findPackage(
  tx: Transaction,
  reference: Scope & { name: string; version: number | undefined },
): Promise<PackageInGroup | undefined> {
  const { accountId, region, version } = reference;
  const key = { accountId, region, nameKey: nameKey(reference.name) };
  return version === undefined
    ? findNamedPackage(tx, key)
    : tx.first(selectVersion, { ...key, version });
}

/** What may have no group cannot be locked together with it. */
async function findNamedPackage(
  tx: Transaction,
  key: NameKey,
): Promise<PackageInGroup | undefined> {
  const row = await tx.first(selectByName, key);
  if (!row) return undefined;
  if (row.group_id === null) {
    return { ...row, group_policy: null, group_share_policy: null, group_tags: null };
  }
  const { policy, share_policy, tags } = await guardGroupAccess(tx, row.group_id);
  return { ...row, group_policy: policy, group_share_policy: share_policy, group_tags: tags };
}

const selectByToken = query<Scope & { token: string }, ModelPackageRow>((sql, key) =>
  sql
    .selectFrom('model_package')
    .selectAll()
    .where('account_id', '=', key.accountId)
    .where('region', '=', key.region)
    .where('client_token', '=', key.token),
);

/** The package that a ClientToken created, while it lives. */
export function findPackageByToken(
  tx: Transaction,
  { accountId, region }: Scope,
  token: string,
): Promise<ModelPackageRow | undefined> {
  return tx.first(selectByToken, { accountId, region, token });
}

const selectAnyVersion = query<{ groupId: number }, { id: number }>((sql, key) =>
  sql
    .selectFrom('model_package')
    .select('id')
    .where('group_id', '=', key.groupId)
    // In the order of an index, lest PostgreSQL run through the table.
    .orderBy('version')
    .limit(1),
);

/** Whether a group has versions. */
export async function hasVersions(tx: Transaction, groupId: number): Promise<boolean> {
  return (await tx.first(selectAnyVersion, { groupId })) !== undefined;
}

const insertRow = query<Omit<ModelPackageRow, 'id'>, { id: number }>((sql, row) =>
  sql
    .insertInto('model_package')
    .values({
      account_id: row.account_id,
      region: row.region,
      type: row.type,
      group_id: row.group_id,
      name: row.name,
      version: row.version,
      alias: row.alias,
      approval_status: row.approval_status,
      status: row.status,
      created_at: row.created_at,
      last_modified_at: row.last_modified_at,
      modified_at: row.modified_at,
      client_token: row.client_token,
      request_hash: row.request_hash,
      tags: row.tags,
      document: row.document,
    })
    .returning('id'),
);

const insertName = query<NameKey & { packageId: number }>((sql, name) =>
  sql.insertInto('model_package_name').values({
    account_id: name.accountId,
    region: name.region,
    name_key: name.nameKey,
    package_id: name.packageId,
  }),
);

/** Inserts a package with its name or alias and what searches find it by. */
export async function insertPackage(
  tx: Transaction,
  row: Omit<ModelPackageRow, 'id'>,
): Promise<ModelPackageRow> {
  const inserted = { ...row, id: (await tx.first(insertRow, row))!.id };
  const name = ownName(row);
  if (name !== null) {
    const key = { accountId: row.account_id, region: row.region, nameKey: nameKey(name) };
    await tx.run(insertName, { ...key, packageId: inserted.id });
  }
  await indexPackage(tx, undefined, inserted);
  return inserted;
}

const updateRow = query<ModelPackageRow>((sql, row) =>
  sql
    .updateTable('model_package')
    .set({
      approval_status: row.approval_status,
      last_modified_at: row.last_modified_at,
      modified_at: row.modified_at,
      tags: row.tags,
      document: row.document,
    })
    .where('id', '=', row.id),
);

/** Writes what an update may change, and brings the search properties after it. */
export async function updatePackage(
  tx: Transaction,
  before: ModelPackageRow,
  after: ModelPackageRow,
): Promise<void> {
  await tx.run(updateRow, after);
  await indexPackage(tx, before, after);
}

const deleteRow = query<{ id: number }>((sql, key) =>
  sql.deleteFrom('model_package').where('id', '=', key.id),
);

const deleteName = query<NameKey>((sql, key) =>
  sql
    .deleteFrom('model_package_name')
    .where('account_id', '=', key.accountId)
    .where('region', '=', key.region)
    .where('name_key', '=', key.nameKey),
);

/** Removes a package, its name and its search properties. */
export async function deletePackage(tx: Transaction, row: ModelPackageRow): Promise<void> {
  const name = ownName(row);
  if (name !== null) {
    const key = { accountId: row.account_id, region: row.region, nameKey: nameKey(name) };
    await tx.run(deleteName, key);
  }
  await indexPackage(tx, row, undefined);
  await tx.run(deleteRow, { id: row.id });
}

/** The name that a package holds in the namespace of names, if any. */
function ownName(row: Omit<ModelPackageRow, 'id'>): string | null {
  return row.version === null ? row.name : row.alias;
}

async function indexPackage(
  tx: Transaction,
  before: ModelPackageRow | undefined,
  after: ModelPackageRow | undefined,
): Promise<void> {
  const row = (after ?? before)!;
  const owner = {
    accountId: row.account_id,
    region: row.region,
    resource: 'ModelPackage' as const,
    resourceId: row.id,
  };
  await replaceSearchProperties(tx, owner, before && indexed(before), after && indexed(after));
}

function indexed(row: ModelPackageRow) {
  return { modifiedAt: row.modified_at, properties: modelPackageProperties(row) };
}
