import type { Compilable, Kysely } from 'kysely';
import { refuseInvalid } from '../kernel/refusal.ts';
import type { Query, SqlValue } from './query.ts';
import type { Tables } from './tables.ts';

/** Runs queries: each statement sees one state of the database; in a write, all see the same. */
export interface Transaction {
  /** Builds a query whose text depends on its input; run it with `rows`. */
  readonly sql: Kysely<Tables>;
  all<Input extends object, Row>(query: Query<Input, Row>, input: Input): Promise<Row[]>;
  first<Input extends object, Row>(
    query: Query<Input, Row>,
    input: Input,
  ): Promise<Row | undefined>;
  run<Input extends object>(query: Query<Input, unknown>, input: Input): Promise<void>;
  rows<Row>(query: Compilable<Row>): Promise<Row[]>;
  /** In a write: has who listens to a channel told once it is committed. */
  notify(channel: string): Promise<void>;
}

/** Where facts are kept; the same contract over SQLite and PostgreSQL. */
export interface Database {
  /** Runs statements that change nothing. */
  read<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /**
   * Runs `work` as one transaction and answers when it is durable; whatever `work` throws undoes
   * it. `work` may wait for its own statements only: other writes wait for it. It is run again when
   * the transaction met another one, so it must not leave anything behind but by its statements.
   */
  write<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /**
   * Tells a listener what other servers do: soon after each commit that notified a channel, and
   * when it may have missed one. Nobody can rely on being told: it only makes things quicker.
   * Answers how to end it; absent where there are no other servers.
   */
  onChange?(channel: string, listener: () => void): () => void;
  /** What an operator watches; fails like a read when the database cannot answer. */
  status(): Promise<DatabaseStatus>;
  /** Waits for writes in flight and closes. */
  close(): Promise<void>;
}

/** How a database is, at a moment. */
export interface DatabaseStatus {
  readonly kind: 'sqlite' | 'postgres';
  /** The size of all that is stored. */
  readonly bytes: number;
  /** Of a pool of connections: open now, idle of these, and calls that wait for one. */
  readonly connections?: { readonly open: number; readonly idle: number; readonly waiting: number };
}

/** The database cannot answer now: disk full, lost, locked. The call may be tried again. */
export class Unavailable extends Error {
  constructor(cause: unknown) {
    super('The database is unavailable.', { cause });
    this.name = 'Unavailable';
  }
}

/**
 * Refuses values that a driver would store as something else without a word, and the character
 * that PostgreSQL's text cannot hold; JSON, which spells it with an escape, is not concerned.
 */
export function checkValues(
  values: readonly unknown[],
  text: string,
): asserts values is SqlValue[] {
  for (const value of values) {
    const kind = typeof value;
    if (typeof value === 'string') {
      if (!value.includes('\0')) continue;
      refuseInvalid(
        'A value contains the character U+0000, which cannot be stored or searched for.',
      );
    }
    if (kind === 'number' || value === null) continue;
    if (kind === 'bigint' || value instanceof Uint8Array) continue;
    throw new TypeError(`A placeholder got a value of type ${kind}: ${text}`);
  }
}
