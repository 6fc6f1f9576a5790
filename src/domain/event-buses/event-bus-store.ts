import type { Transaction } from '../../store/database.ts';
import type { EventBusRow } from '../../store/event-tables.ts';
import { query } from '../../store/query.ts';
import { findAccount } from '../accounts/account-store.ts';
import type { Scope } from '../resource-reference.ts';
import { defaultBusName } from './event-bus.ts';
import type { BusReference } from './event-bus.ts';

const selectBus = query<BusReference, EventBusRow>((sql, key) =>
  sql
    .selectFrom('event_bus')
    .selectAll()
    .where('account_id', '=', key.accountId)
    .where('region', '=', key.region)
    .where('name', '=', key.name)
    .forNoKeyUpdate(),
);

const lookAtBus = query<BusReference, EventBusRow>((sql, key) =>
  sql
    .selectFrom('event_bus')
    .selectAll()
    .where('account_id', '=', key.accountId)
    .where('region', '=', key.region)
    .where('name', '=', key.name),
);

/** A bus, for a call that changes it or what belongs to it; `default` is there without a row. */
export async function findBus(
  tx: Transaction,
  { accountId, region, name }: BusReference,
): Promise<EventBusRow | undefined> {
  const bus = { accountId, region, name };
  return (await tx.first(selectBus, bus)) ?? defaultBus(tx, bus);
}

/** The same, without holding up others; it may be gone the moment after. */
export async function seeBus(
  tx: Transaction,
  { accountId, region, name }: BusReference,
): Promise<EventBusRow | undefined> {
  const bus = { accountId, region, name };
  return (await tx.first(lookAtBus, bus)) ?? defaultBus(tx, bus);
}

/** What stands in for the row that the default bus does not have yet; as old as its account. */
async function defaultBus(
  tx: Transaction,
  { accountId, region, name }: BusReference,
): Promise<EventBusRow | undefined> {
  if (name !== defaultBusName) return undefined;
  const createdAt = (await findAccount(tx, accountId))?.created_at ?? 0;
  return {
    id: 0,
    account_id: accountId,
    region,
    name,
    description: null,
    policy: null,
    tags: '[]',
    document: '{}',
    created_at: createdAt,
    modified_at: createdAt,
  };
}

const insertRow = query<Omit<EventBusRow, 'id'>>((sql, bus) =>
  sql.insertInto('event_bus').values({
    account_id: bus.account_id,
    region: bus.region,
    name: bus.name,
    description: bus.description,
    policy: bus.policy,
    tags: bus.tags,
    document: bus.document,
    created_at: bus.created_at,
    modified_at: bus.modified_at,
  }),
);

/** Inserts a bus; fails on a taken name. */
export async function insertBus(tx: Transaction, bus: Omit<EventBusRow, 'id'>): Promise<void> {
  await tx.run(insertRow, bus);
}

const updateRow = query<EventBusRow>((sql, bus) =>
  sql
    .updateTable('event_bus')
    .set({
      description: bus.description,
      policy: bus.policy,
      tags: bus.tags,
      document: bus.document,
      modified_at: bus.modified_at,
    })
    .where('id', '=', bus.id),
);

/** Keeps what may change of a bus; the default one gets its row with the first of it. */
export async function saveBus(tx: Transaction, bus: EventBusRow): Promise<void> {
  if (bus.id === 0) await tx.run(insertRow, bus);
  else await tx.run(updateRow, bus);
}

const deleteRow = query<{ id: number }>((sql, key) =>
  sql.deleteFrom('event_bus').where('id', '=', key.id),
);

/** Removes a bus. */
export async function removeBus(tx: Transaction, { id }: Pick<EventBusRow, 'id'>): Promise<void> {
  await tx.run(deleteRow, { id });
}

const countRows = query<Scope, { count: number }>((sql, q) =>
  sql
    .selectFrom('event_bus')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('account_id', '=', q.accountId)
    .where('region', '=', q.region)
    .where('name', '!=', defaultBusName),
);

/** How many buses an account has in a region, `default` not counted. */
export async function countBuses(tx: Transaction, { accountId, region }: Scope): Promise<number> {
  return (await tx.first(countRows, { accountId, region }))!.count;
}

interface BusList extends Scope {
  prefix: string;
  /** The name that the page before ended with. */
  after: string;
  limit: number;
}

/** An account's buses by name, `default` among them. */
export async function listBusRows(
  tx: Transaction,
  { accountId, region, prefix, after, limit }: BusList,
): Promise<EventBusRow[]> {
  const rows = await tx.rows(
    tx.sql
      .selectFrom('event_bus')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('region', '=', region)
      .where('name', '>', after)
      .where('name', '>=', prefix)
      .where((e) =>
        e(e.fn<string>('substr', ['name', e.lit(1), e.lit(prefix.length)]), '=', prefix),
      )
      .orderBy('name')
      .limit(limit),
  );
  const isAsked = defaultBusName.startsWith(prefix) && defaultBusName > after;
  if (!isAsked || rows.some(({ name }) => name === defaultBusName)) return rows;
  const bus = (await defaultBus(tx, { accountId, region, name: defaultBusName }))!;
  const place = rows.findIndex(({ name }) => name > defaultBusName);
  rows.splice(place < 0 ? rows.length : place, 0, bus);
  return rows.slice(0, limit);
}
