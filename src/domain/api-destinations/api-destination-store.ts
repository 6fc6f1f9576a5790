import type { Transaction } from '../../store/database.ts';
import type { ApiDestinationRow } from '../../store/event-tables.ts';
import { query } from '../../store/query.ts';
import type { Call } from '../call.ts';
import { findConnection } from '../event-connections/event-connection-store.ts';
import type { Scope } from '../resource-reference.ts';
import { connectionNamed } from './api-destination.ts';
import type { DestinationWithConnection } from './api-destination.ts';

interface DestinationKey extends Scope {
  readonly name: string;
}

const selectDestination = query<DestinationKey, ApiDestinationRow>((sql, key) =>
  sql
    .selectFrom('api_destination')
    .selectAll()
    .where('account_id', '=', key.accountId)
    .where('region', '=', key.region)
    .where('name', '=', key.name)
    .forNoKeyUpdate(),
);

/** The destination of a name. */
export function findDestination(
  tx: Transaction,
  { accountId, region }: Scope,
  name: string,
): Promise<ApiDestinationRow | undefined> {
  return tx.first(selectDestination, { accountId, region, name });
}

/** The state of the connection of an ARN; null where there is none such. */
export async function connectionStateOf(
  tx: Transaction,
  call: Pick<Call, 'accountId' | 'region' | 'partition'>,
  connectionArn: string,
): Promise<string | null> {
  const named = connectionNamed(connectionArn, call);
  const row = named && (await findConnection(tx, call, named.name));
  return row && row.uuid === named.uuid ? row.state : null;
}

/** Which destinations to list. */
export interface DestinationList {
  readonly prefix?: string | undefined;
  readonly connectionArn?: string | undefined;
  /** The name that the page before ended with. */
  readonly after: string;
  readonly limit: number;
}

/** Destinations by name, with the state of their connections. */
export async function listDestinationRows(
  tx: Transaction,
  call: Pick<Call, 'accountId' | 'region' | 'partition'>,
  { prefix, connectionArn, after, limit }: DestinationList,
): Promise<DestinationWithConnection[]> {
  let q = tx.sql
    .selectFrom('api_destination')
    .selectAll()
    .where('account_id', '=', call.accountId)
    .where('region', '=', call.region)
    .where('name', '>', after);
  if (prefix !== undefined) {
    q = q.where('name', '>=', prefix).where((e) => {
      const start = e.fn<string>('substr', ['name', e.lit(1), e.lit(prefix.length)]);
      return e(start, '=', prefix);
    });
  }
  if (connectionArn !== undefined) q = q.where('connection_arn', '=', connectionArn);
  const rows = await tx.rows(q.orderBy('name').limit(limit));
  const withState: DestinationWithConnection[] = [];
  for (const row of rows) {
    const connection_state = await connectionStateOf(tx, call, row.connection_arn);
    withState.push({ ...row, connection_state });
  }
  return withState;
}

const countRows = query<Scope, { count: number }>((sql, scope) =>
  sql
    .selectFrom('api_destination')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('account_id', '=', scope.accountId)
    .where('region', '=', scope.region),
);

/** How many destinations there are in an account and region. */
export async function countDestinations(
  tx: Transaction,
  { accountId, region }: Scope,
): Promise<number> {
  return (await tx.first(countRows, { accountId, region }))!.count;
}

type NewDestination = Omit<ApiDestinationRow, 'id'>;

const insertRow = query<NewDestination>((sql, row) =>
  sql.insertInto('api_destination').values({
    account_id: row.account_id,
    region: row.region,
    name: row.name,
    uuid: row.uuid,
    description: row.description,
    connection_arn: row.connection_arn,
    endpoint: row.endpoint,
    method: row.method,
    rate_limit: row.rate_limit,
    signing_secret: row.signing_secret,
    secret_key_id: row.secret_key_id,
    created_at: row.created_at,
    modified_at: row.modified_at,
  }),
);

/** Inserts a destination; fails on a taken name. */
export function insertDestination(tx: Transaction, row: NewDestination): Promise<void> {
  return tx.run(insertRow, row);
}

type ChangedDestination = Pick<
  ApiDestinationRow,
  'id' | 'description' | 'connection_arn' | 'endpoint' | 'method' | 'rate_limit' | 'modified_at'
>;

const updateRow = query<ChangedDestination>((sql, row) =>
  sql
    .updateTable('api_destination')
    .set({
      description: row.description,
      connection_arn: row.connection_arn,
      endpoint: row.endpoint,
      method: row.method,
      rate_limit: row.rate_limit,
      modified_at: row.modified_at,
    })
    .where('id', '=', row.id),
);

/** Keeps what a destination was changed to. */
export function saveDestination(tx: Transaction, row: ChangedDestination): Promise<void> {
  const { id, description, connection_arn, endpoint, method, rate_limit, modified_at } = row;
  const changed = { id, description, connection_arn, endpoint, method, rate_limit, modified_at };
  return tx.run(updateRow, changed);
}

type SealedDestination = Pick<ApiDestinationRow, 'id' | 'signing_secret' | 'secret_key_id'>;

const updateSecret = query<SealedDestination>((sql, row) =>
  sql
    .updateTable('api_destination')
    .set({ signing_secret: row.signing_secret, secret_key_id: row.secret_key_id })
    .where('id', '=', row.id),
);

/** Keeps a destination's secrets: new ones, or the same sealed anew. */
export function saveDestinationSecrets(tx: Transaction, row: SealedDestination): Promise<void> {
  return tx.run(updateSecret, row);
}

const deleteRow = query<Pick<ApiDestinationRow, 'id'>>((sql, row) =>
  sql.deleteFrom('api_destination').where('id', '=', row.id),
);

/** Removes a destination. */
export function removeDestination(
  tx: Transaction,
  { id }: Pick<ApiDestinationRow, 'id'>,
): Promise<void> {
  return tx.run(deleteRow, { id });
}

const selectOtherwiseSealed = query<{ keyId: string; limit: number }, ApiDestinationRow>((sql, q) =>
  sql
    .selectFrom('api_destination')
    .selectAll()
    .where('secret_key_id', '<>', q.keyId)
    .orderBy('id')
    .limit(q.limit)
    .forNoKeyUpdate(),
);

/** Destinations whose secrets are sealed under another encryption key. */
export function listDestinationsOtherwiseSealed(
  tx: Transaction,
  keyId: string,
  limit: number,
): Promise<ApiDestinationRow[]> {
  return tx.all(selectOtherwiseSealed, { keyId, limit });
}
