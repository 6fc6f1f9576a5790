import { sql as raw } from 'kysely';
import type { Kysely } from 'kysely';
import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type { Query } from '../../store/query.ts';
import type { JournalRow, Tables } from '../../store/tables.ts';
import type { TrailSource } from './trail-event.ts';

/** What of an entry or a read record tells whether it is looked for. */
export type TrailRow = Omit<JournalRow, 'error_code' | 'request_id' | 'document'>;

/** By what a stream of records is found; each is an index. */
export type TrailOrder = 'time' | 'caller' | 'key' | 'resource' | 'iam';

/** Where a page of a stream begins, and for what. */
export interface TrailPage {
  readonly accountId: string;
  readonly region: string;
  /** The access key's id, or the resource's lower-cased ARN. */
  readonly value: string;
  readonly startAt: number;
  readonly at: number;
  readonly seq: number;
  readonly limit: number;
}

type TrailQuery = Query<TrailPage, TrailRow>;

/** Both tables have these columns; the type is one table's, as Kysely knows no other way. */
function rowsFrom(sql: Kysely<Tables>, source: TrailSource) {
  return sql
    .selectFrom(source as 'journal')
    .select(['seq', 'id', 'at', 'account_id', 'caller_account_id', 'region', 'service'])
    .select(['operation', 'resource_arn', 'principal_arn', 'access_key_id']);
}

/** Records of both tables before a moment, the newest first. */
function before(sql: Kysely<Tables>, source: TrailSource, q: TrailPage) {
  return rowsFrom(sql, source)
    .where((e) => e(e.refTuple('at', 'seq'), '<', e.tuple(q.at, q.seq)))
    .where('at', '>=', q.startAt)
    .orderBy('at', 'desc')
    .orderBy('seq', 'desc')
    .limit(q.limit);
}

function queriesOf(source: TrailSource): Record<TrailOrder, TrailQuery> {
  return {
    time: query((sql, q) =>
      before(sql, source, q).where('account_id', '=', q.accountId).where('region', '=', q.region),
    ),
    caller: query((sql, q) =>
      before(sql, source, q)
        .where('caller_account_id', '=', q.accountId)
        .where('region', '=', q.region),
    ),
    key: query((sql, q) =>
      before(sql, source, q).where('access_key_id', '=', q.value).where('region', '=', q.region),
    ),
    // Said as a constant, so that both databases see that the partial index will do.
    iam: query((sql, q) =>
      before(sql, source, q)
        .where('account_id', '=', q.accountId)
        .where(raw<boolean>`service = 'iam'`),
    ),
    resource: query((sql, q) =>
      rowsFrom(sql, source)
        .where((e) => e(e.fn<string>('lower', ['resource_arn']), '=', q.value))
        .where('seq', '<', q.seq)
        .orderBy('seq', 'desc')
        .limit(q.limit),
    ),
  };
}

const queries = { journal: queriesOf('journal'), read_record: queriesOf('read_record') };

/** The next records of a stream, the newest first; of a resource, in the order of their numbers. */
export function readTrail(
  tx: Transaction,
  source: TrailSource,
  order: TrailOrder,
  page: TrailPage,
): Promise<TrailRow[]> {
  return tx.all(queries[source][order], page);
}

/** A record as LookupEvents tells it; a read was never refused. */
export type WholeTrailRow = JournalRow;

const selectEntry = query<{ seq: number }, JournalRow>((sql, q) =>
  sql.selectFrom('journal').selectAll().where('seq', '=', q.seq),
);
const selectRead = query<{ seq: number }, Omit<JournalRow, 'error_code'>>((sql, q) =>
  sql.selectFrom('read_record').selectAll().where('seq', '=', q.seq),
);

/** A whole record; undefined when it was removed meanwhile. */
export async function findTrailRow(
  tx: Transaction,
  source: TrailSource,
  seq: number,
): Promise<WholeTrailRow | undefined> {
  if (source === 'journal') return tx.first(selectEntry, { seq });
  const read = await tx.first(selectRead, { seq });
  return read && { ...read, error_code: null };
}
