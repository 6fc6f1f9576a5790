import { sql as raw } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { Database } from '../../store/database.ts';
import type { Settlement } from './seal-store.ts';

/** Which numbers were given out, and which transactions may still commit one of them. */
interface Horizon {
  readonly givenSeq: number;
  readonly writers: readonly string[];
}

const selectGiven = {
  sqlite: raw<{ seq: number }>`select coalesce(max(seq), 0) as seq from journal`,
  postgres: raw<{ seq: number }>`
    select coalesce(pg_sequence_last_value(pg_get_serial_sequence('journal', 'seq')::regclass), 0)
      as seq`,
};
const selectWriters = raw<{ writer: string }>`
  select distinct virtualtransaction as writer from pg_locks
  where locktype = 'relation' and relation = 'journal'::regclass and mode = 'RowExclusiveLock'
    and database = (select oid from pg_database where datname = current_database())`;

/**
 * SQLite gives numbers out under its one lock for writing, so that they commit in order. On
 * PostgreSQL who writes to the journal locks the table, without harm to others, before it takes a
 * number and to its end: those who hold that lock after a number was given out are all who can
 * still bring it. Their transaction ids would not do: one may take its number before it has an id.
 */
async function readHorizon(database: Database, kind: 'sqlite' | 'postgres'): Promise<Horizon> {
  const rows = <Row>(query: RawBuilder<Row>): Promise<Row[]> =>
    database.read((tx) => tx.rows({ compile: () => query.compile(tx.sql) }));
  const [given] = await rows(selectGiven[kind]);
  const writers = kind === 'postgres' ? await rows(selectWriters) : [];
  return { givenSeq: given!.seq, writers: writers.map(({ writer }) => writer) };
}

/** How far the journal is settled by now; what is read from here on holds every such entry. */
export async function readSettlement(
  database: Database,
  kind: 'sqlite' | 'postgres',
  last: Settlement,
): Promise<Settlement> {
  const { givenSeq, writers } = await readHorizon(database, kind);
  if (writers.length === 0) return { settled_seq: givenSeq, awaited_seq: givenSeq, awaited: '[]' };
  const awaited = (JSON.parse(last.awaited) as string[]).filter((one) => writers.includes(one));
  if (awaited.length > 0) return { ...last, awaited: JSON.stringify(awaited) };
  const { awaited_seq: settled_seq } = last;
  return { settled_seq, awaited_seq: givenSeq, awaited: JSON.stringify(writers) };
}
