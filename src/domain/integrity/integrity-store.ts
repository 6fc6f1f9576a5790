import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type {
  JournalRow,
  ModelPackageGroupRow,
  ModelPackageNameTable,
  ModelPackageRow,
} from '../../store/tables.ts';
import type { Scope } from '../resource-reference.ts';

interface Page {
  afterId: number;
  limit: number;
}

const groupPage = query<Page, ModelPackageGroupRow>((sql, q) =>
  sql
    .selectFrom('model_package_group')
    .selectAll()
    .where('id', '>', q.afterId)
    .orderBy('id')
    .limit(q.limit),
);

/** Groups in the order of their ids. */
export function listGroupRows(tx: Transaction, page: Page): Promise<ModelPackageGroupRow[]> {
  return tx.all(groupPage, page);
}

const packagePage = query<Page, ModelPackageRow>((sql, q) =>
  sql
    .selectFrom('model_package')
    .selectAll()
    .where('id', '>', q.afterId)
    .orderBy('id')
    .limit(q.limit),
);

/** Packages in the order of their ids. */
export function listPackageRows(tx: Transaction, page: Page): Promise<ModelPackageRow[]> {
  return tx.all(packagePage, page);
}

/** Groups by their ids. */
export function findGroupRows(
  tx: Transaction,
  ids: readonly number[],
): Promise<ModelPackageGroupRow[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return tx.rows(tx.sql.selectFrom('model_package_group').selectAll().where('id', 'in', ids));
}

/** Packages by their ids. */
export function findPackageRows(
  tx: Transaction,
  ids: readonly number[],
): Promise<ModelPackageRow[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return tx.rows(tx.sql.selectFrom('model_package').selectAll().where('id', 'in', ids));
}

/** The entries without an error of several resources, the oldest first; ARNs are lower-cased. */
export function listChanges(
  tx: Transaction,
  arnKeys: readonly string[],
  { afterSeq, limit }: { afterSeq: number; limit: number },
): Promise<JournalRow[]> {
  if (arnKeys.length === 0) return Promise.resolve([]);
  return tx.rows(
    tx.sql
      .selectFrom('journal')
      .selectAll()
      .where((e) => e(e.fn<string>('lower', ['resource_arn']), 'in', arnKeys))
      .where('error_code', 'is', null)
      .where('seq', '>', afterSeq)
      .orderBy('seq')
      .limit(limit),
  );
}

/** The last entry of some operations for each of several resources, by lower-cased ARN. */
export async function findLastEntries(
  tx: Transaction,
  arnKeys: readonly string[],
  operations: readonly string[],
): Promise<Map<string, number>> {
  if (arnKeys.length === 0) return new Map();
  const rows = await tx.rows(
    tx.sql
      .selectFrom('journal')
      .select((e) => [
        e.fn<string>('lower', ['resource_arn']).as('arnKey'),
        e.fn.max('seq').as('seq'),
      ])
      .where((e) => e(e.fn<string>('lower', ['resource_arn']), 'in', arnKeys))
      .where('operation', 'in', operations)
      .where('error_code', 'is', null)
      .groupBy((e) => e.fn<string>('lower', ['resource_arn'])),
  );
  return new Map(rows.map(({ arnKey, seq }) => [arnKey, seq]));
}

/** Ids that more than one journal entry bears. */
export async function findRepeatedIds(tx: Transaction, limit: number): Promise<string[]> {
  const rows = await tx.rows(
    tx.sql
      .selectFrom('journal')
      .select('id')
      .groupBy('id')
      .having((e) => e(e.fn.countAll(), '>', 1))
      .limit(limit),
  );
  return rows.map(({ id }) => id);
}

/** A version's number and the time of its creation. */
export type VersionFacts = Pick<ModelPackageRow, 'version' | 'created_at'>;

const versionPage = query<{ groupId: number; after: number; limit: number }, VersionFacts>(
  (sql, q) =>
    sql
      .selectFrom('model_package')
      .select(['version', 'created_at'])
      .where('group_id', '=', q.groupId)
      .where('version', '>', q.after)
      .orderBy('version')
      .limit(q.limit),
);

/** A group's versions in the order of their numbers. */
export function listVersionNumbers(
  tx: Transaction,
  page: { groupId: number; after: number; limit: number },
): Promise<VersionFacts[]> {
  return tx.all(versionPage, page);
}

/** Groups of a scope by their lower-cased names. */
export function findGroupsNamed(
  tx: Transaction,
  { accountId, region }: Scope,
  nameKeys: readonly string[],
): Promise<ModelPackageGroupRow[]> {
  if (nameKeys.length === 0) return Promise.resolve([]);
  return tx.rows(
    tx.sql
      .selectFrom('model_package_group')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('region', '=', region)
      .where('name_key', 'in', nameKeys),
  );
}

/** Which of a group's numbers live. */
export async function findLivingVersions(
  tx: Transaction,
  groupId: number,
  versions: readonly number[],
): Promise<Set<number>> {
  if (versions.length === 0) return new Set();
  const rows = await tx.rows(
    tx.sql
      .selectFrom('model_package')
      .select('version')
      .where('group_id', '=', groupId)
      .where('version', 'in', versions),
  );
  return new Set(rows.map(({ version }) => version!));
}

/** Rows of the namespace of a scope, by lower-cased names. */
export function findNames(
  tx: Transaction,
  { accountId, region }: Scope,
  nameKeys: readonly string[],
): Promise<ModelPackageNameTable[]> {
  if (nameKeys.length === 0) return Promise.resolve([]);
  return tx.rows(
    tx.sql
      .selectFrom('model_package_name')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('region', '=', region)
      .where('name_key', 'in', nameKeys),
  );
}

type NameAfter = Scope & { nameKey: string; limit: number };

const namePage = query<NameAfter, ModelPackageNameTable>((sql, q) =>
  sql
    .selectFrom('model_package_name')
    .selectAll()
    .where((e) =>
      e(
        e.refTuple('account_id', 'region', 'name_key'),
        '>',
        e.tuple(q.accountId, q.region, q.nameKey),
      ),
    )
    .orderBy('account_id')
    .orderBy('region')
    .orderBy('name_key')
    .limit(q.limit),
);

/** The namespace of names in its order, after one of them. */
export function listNames(tx: Transaction, after: NameAfter): Promise<ModelPackageNameTable[]> {
  return tx.all(namePage, after);
}

/** The highest ids and sequence number in use: how far a walk goes. */
export interface Extent {
  readonly groups: number;
  readonly packages: number;
  readonly entries: number;
}

/** How far a walk over each table goes. */
export async function findExtent(tx: Transaction): Promise<Extent> {
  const highest = async (table: 'model_package_group' | 'model_package'): Promise<number> => {
    const [row] = await tx.rows(tx.sql.selectFrom(table).select((e) => e.fn.max('id').as('last')));
    return row?.last ?? 0;
  };
  const [journal] = await tx.rows(
    tx.sql.selectFrom('journal').select((e) => e.fn.max('seq').as('last')),
  );
  return {
    groups: await highest('model_package_group'),
    packages: await highest('model_package'),
    entries: journal?.last ?? 0,
  };
}

const selectSchema = query<object, { name: string }>((sql) =>
  sql.selectFrom('schema_migration').select('name').orderBy('id'),
);

/** The names of the migrations that a database's schema has been through, the first one first. */
export async function findSchema(tx: Transaction): Promise<string[]> {
  return (await tx.all(selectSchema, {})).map(({ name }) => name);
}

/** A resource that is there, as much of it as its name takes. */
export interface Sample {
  readonly kind: 'group' | 'package';
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
  readonly version: number | null;
}

/** Some of the newest groups and packages. */
export async function listSamples(tx: Transaction, limit: number): Promise<Sample[]> {
  const groups = await tx.rows(
    tx.sql
      .selectFrom('model_package_group')
      .select(['account_id as accountId', 'region', 'name'])
      .orderBy('id', 'desc')
      .limit(limit),
  );
  const packages = await tx.rows(
    tx.sql
      .selectFrom('model_package')
      .select(['account_id as accountId', 'region', 'name', 'version'])
      .orderBy('id', 'desc')
      .limit(limit),
  );
  return [
    ...groups.map((group) => ({ kind: 'group' as const, ...group, version: null })),
    ...packages.map((row) => ({ kind: 'package' as const, ...row })),
  ];
}
