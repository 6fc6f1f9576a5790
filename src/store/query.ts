import type { Compilable, Kysely } from 'kysely';
import type { Dialect } from './dialect.ts';
import type { Tables } from './tables.ts';

/** What a column can hold. */
export type SqlValue = string | number | bigint | null | Uint8Array;

/**
 * A query whose text never changes, compiled once for each dialect.
 *
 * `Input` names its parameters; `Row` is what one row of the answer holds.
 */
export interface Query<Input, Row> {
  readonly build: (sql: Kysely<Tables>, input: Input) => Compilable<Row>;
  readonly compiled: Map<Kysely<Tables>, CompiledQuery>;
}

/** SQL text, and for each placeholder the input's member or a constant. */
export interface CompiledQuery {
  readonly text: string;
  readonly slots: readonly (Slot | { readonly constant: SqlValue })[];
}

/** Stands for a member of the input while a query is compiled. */
class Slot {
  readonly member: string;
  constructor(member: string) {
    this.member = member;
  }
}

/**
 * Declares a query. `build` sees a stand-in for its input: it may place members in the query, but
 * not look at their values; a query whose text depends on them is built anew each time instead.
 *
 * A query that says `forNoKeyUpdate` locks the rows it finds to the end of a write, so that what is
 * decided on them still holds when it is written; in a read it locks nothing.
 */
export function query<Input, Row = unknown>(
  build: (sql: Kysely<Tables>, input: Input) => Compilable<Row>,
): Query<Input, Row> {
  return { build, compiled: new Map() };
}

/** The query's text in a database's words, compiled at its first use. */
export function compile<Input, Row>(
  definition: Query<Input, Row>,
  { sql: words }: Pick<Dialect, 'sql'>,
): CompiledQuery {
  const known = definition.compiled.get(words);
  if (known) return known;
  const standIn = new Proxy({}, { get: (_, member) => new Slot(String(member)) }) as Input;
  const { sql, parameters } = definition.build(words, standIn).compile();
  const slots = parameters.map((value) =>
    value instanceof Slot ? value : { constant: value as SqlValue },
  );
  const compiled = { text: sql, slots };
  definition.compiled.set(words, compiled);
  return compiled;
}

/** The values of a compiled query's placeholders, in order. */
export function bind(compiled: CompiledQuery, input: Record<string, SqlValue>): SqlValue[] {
  return compiled.slots.map((slot) => ('constant' in slot ? slot.constant : input[slot.member]!));
}
