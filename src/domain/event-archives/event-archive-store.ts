import type { Transaction } from '../../store/database.ts';
import type { EventArchiveRow } from '../../store/event-tables.ts';
import { query } from '../../store/query.ts';
import type { Scope } from '../resource-reference.ts';

/** What tells one archive from all others. */
export interface ArchiveKey extends Scope {
  readonly name: string;
}

const selectArchive = query<ArchiveKey, EventArchiveRow>((sql, key) =>
  sql
    .selectFrom('event_archive')
    .selectAll()
    .where('account_id', '=', key.accountId)
    .where('region', '=', key.region)
    .where('name', '=', key.name)
    .where('deleted_at', 'is', null)
    .forNoKeyUpdate(),
);

/** The archive of a name; names differ by case. */
export function findArchive(
  tx: Transaction,
  { accountId, region, name }: ArchiveKey,
): Promise<EventArchiveRow | undefined> {
  return tx.first(selectArchive, { accountId, region, name });
}

const selectArchives = query<object, EventArchiveRow>((sql) =>
  sql.selectFrom('event_archive').selectAll().where('deleted_at', 'is', null).orderBy('id'),
);

/** The archives of all accounts, in the order they were made: for who puts events into them. */
export function listArchives(tx: Transaction): Promise<EventArchiveRow[]> {
  return tx.all(selectArchives, {});
}

/** Which archives are listed: of one bus where that is named. */
export interface ArchiveListing extends Scope {
  readonly prefix: string;
  readonly busName: string | undefined;
  /** The name that the page before ended with. */
  readonly after: string;
  readonly limit: number;
}

/** An account's archives by name. */
export function listArchiveRows(
  tx: Transaction,
  { accountId, region, prefix, busName, after, limit }: ArchiveListing,
): Promise<EventArchiveRow[]> {
  let q = tx.sql
    .selectFrom('event_archive')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('region', '=', region)
    .where('deleted_at', 'is', null)
    .where('name', '>', after)
    .where('name', '>=', prefix)
    .where((e) => e(e.fn<string>('substr', ['name', e.lit(1), e.val(prefix.length)]), '=', prefix));
  if (busName !== undefined) q = q.where('bus_name', '=', busName);
  return tx.rows(q.orderBy('name').limit(limit));
}

const countRows = query<Scope, { count: number }>((sql, q) =>
  sql
    .selectFrom('event_archive')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('account_id', '=', q.accountId)
    .where('region', '=', q.region)
    .where('deleted_at', 'is', null),
);

/** How many archives an account has in a region. */
export async function countArchives(
  tx: Transaction,
  { accountId, region }: Scope,
): Promise<number> {
  return (await tx.first(countRows, { accountId, region }))!.count;
}

/** What an archive begins with: it is empty. */
export type NewArchive = Omit<EventArchiveRow, 'id' | 'event_count' | 'size_bytes' | 'deleted_at'>;

const insertRow = query<NewArchive>((sql, row) =>
  sql.insertInto('event_archive').values({
    account_id: row.account_id,
    region: row.region,
    name: row.name,
    bus_name: row.bus_name,
    description: row.description,
    pattern: row.pattern,
    retention_days: row.retention_days,
    event_count: 0,
    size_bytes: 0,
    created_at: row.created_at,
    deleted_at: null,
  }),
);

/** Inserts an archive; fails on a taken name. */
export function insertArchive(tx: Transaction, row: NewArchive): Promise<void> {
  return tx.run(insertRow, row);
}

/** What may change of an archive. */
export type ArchiveSettings = Pick<
  EventArchiveRow,
  'id' | 'description' | 'pattern' | 'retention_days'
>;

const updateRow = query<ArchiveSettings>((sql, row) =>
  sql
    .updateTable('event_archive')
    .set({
      description: row.description,
      pattern: row.pattern,
      retention_days: row.retention_days,
    })
    .where('id', '=', row.id),
);

/** Keeps what may change of an archive. */
export function saveArchive(
  tx: Transaction,
  { id, description, pattern, retention_days }: ArchiveSettings,
): Promise<void> {
  return tx.run(updateRow, { id, description, pattern, retention_days });
}

const markDeleted = query<{ id: number; now: number }>((sql, { id, now }) =>
  sql.updateTable('event_archive').set({ deleted_at: now }).where('id', '=', id),
);

/** Removes an archive; what it kept, which may be much, is swept up afterwards. */
export function removeArchive(tx: Transaction, id: number, now: number): Promise<void> {
  return tx.run(markDeleted, { id, now });
}
