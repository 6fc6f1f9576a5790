import type { Transaction } from '../../store/database.ts';
import type { EventConnectionRow } from '../../store/event-tables.ts';
import { query } from '../../store/query.ts';
import type { Scope } from '../resource-reference.ts';

interface ConnectionKey extends Scope {
  readonly name: string;
}

const selectConnection = query<ConnectionKey, EventConnectionRow>((sql, key) =>
  sql
    .selectFrom('event_connection')
    .selectAll()
    .where('account_id', '=', key.accountId)
    .where('region', '=', key.region)
    .where('name', '=', key.name)
    .forNoKeyUpdate(),
);

/** The connection of a name. */
export function findConnection(
  tx: Transaction,
  { accountId, region }: Scope,
  name: string,
): Promise<EventConnectionRow | undefined> {
  return tx.first(selectConnection, { accountId, region, name });
}

/** Which connections to list. */
export interface ConnectionList {
  readonly prefix?: string | undefined;
  readonly state?: EventConnectionRow['state'] | undefined;
  /** The name that the page before ended with. */
  readonly after: string;
  readonly limit: number;
}

/** Connections by name. */
export function listConnectionRows(
  tx: Transaction,
  { accountId, region }: Scope,
  { prefix, state, after, limit }: ConnectionList,
): Promise<EventConnectionRow[]> {
  let q = tx.sql
    .selectFrom('event_connection')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('region', '=', region)
    .where('name', '>', after);
  if (prefix !== undefined) {
    q = q.where('name', '>=', prefix).where((e) => {
      const start = e.fn<string>('substr', ['name', e.lit(1), e.lit(prefix.length)]);
      return e(start, '=', prefix);
    });
  }
  if (state !== undefined) q = q.where('state', '=', state);
  return tx.rows(q.orderBy('name').limit(limit));
}

const countRows = query<Scope, { count: number }>((sql, scope) =>
  sql
    .selectFrom('event_connection')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('account_id', '=', scope.accountId)
    .where('region', '=', scope.region),
);

/** How many connections there are in an account and region. */
export async function countConnections(
  tx: Transaction,
  { accountId, region }: Scope,
): Promise<number> {
  return (await tx.first(countRows, { accountId, region }))!.count;
}

type NewConnection = Omit<EventConnectionRow, 'id'>;

const insertRow = query<NewConnection>((sql, row) =>
  sql.insertInto('event_connection').values({
    account_id: row.account_id,
    region: row.region,
    name: row.name,
    uuid: row.uuid,
    description: row.description,
    state: row.state,
    state_reason: row.state_reason,
    authorization_type: row.authorization_type,
    document: row.document,
    secret: row.secret,
    secret_key_id: row.secret_key_id,
    created_at: row.created_at,
    modified_at: row.modified_at,
    authorized_at: row.authorized_at,
  }),
);

/** Inserts a connection; fails on a taken name. */
export function insertConnection(tx: Transaction, row: NewConnection): Promise<void> {
  return tx.run(insertRow, row);
}

const updateRow = query<EventConnectionRow>((sql, row) =>
  sql
    .updateTable('event_connection')
    .set({
      description: row.description,
      state: row.state,
      state_reason: row.state_reason,
      authorization_type: row.authorization_type,
      document: row.document,
      secret: row.secret,
      secret_key_id: row.secret_key_id,
      modified_at: row.modified_at,
      authorized_at: row.authorized_at,
    })
    .where('id', '=', row.id),
);

/** Keeps what a connection was changed to, its secrets sealed. */
export function saveConnection(tx: Transaction, row: EventConnectionRow): Promise<void> {
  return tx.run(updateRow, row);
}

type SealedConnection = Pick<EventConnectionRow, 'id' | 'secret' | 'secret_key_id'>;

const updateSecret = query<SealedConnection>((sql, row) =>
  sql
    .updateTable('event_connection')
    .set({ secret: row.secret, secret_key_id: row.secret_key_id })
    .where('id', '=', row.id),
);

/** Keeps a connection's secrets that were sealed anew. */
export function saveConnectionSecret(tx: Transaction, row: SealedConnection): Promise<void> {
  return tx.run(updateSecret, row);
}

const deleteRow = query<Pick<EventConnectionRow, 'id'>>((sql, row) =>
  sql.deleteFrom('event_connection').where('id', '=', row.id),
);

/** Removes a connection. */
export function removeConnection(
  tx: Transaction,
  { id }: Pick<EventConnectionRow, 'id'>,
): Promise<void> {
  return tx.run(deleteRow, { id });
}

const selectOtherwiseSealed = query<{ keyId: string; limit: number }, EventConnectionRow>(
  (sql, q) =>
    sql
      .selectFrom('event_connection')
      .selectAll()
      .where('secret_key_id', '<>', q.keyId)
      .orderBy('id')
      .limit(q.limit)
      .forNoKeyUpdate(),
);

/** Connections whose secrets are sealed under another encryption key. */
export function listConnectionsOtherwiseSealed(
  tx: Transaction,
  keyId: string,
  limit: number,
): Promise<EventConnectionRow[]> {
  return tx.all(selectOtherwiseSealed, { keyId, limit });
}
