import type { Compilable, Kysely } from 'kysely';
import { checkValues } from './database.ts';
import type { Transaction } from './database.ts';
import { bind, compile, query } from './query.ts';
import type { Query, SqlValue } from './query.ts';
import type { Tables } from './tables.ts';

const sendNotice = query<{ channel: string }>((sql, { channel }) =>
  sql.selectNoFrom((e) => e.fn('pg_notify', [e.val(channel), e.val('')]).as('sent')),
);

/** Spells queries in PostgreSQL's words; where they are sent is the heirs' affair. */
export abstract class PostgresStatements implements Transaction {
  readonly sql: Kysely<Tables>;

  constructor(sql: Kysely<Tables>) {
    this.sql = sql;
  }

  /** Sends one statement and answers its rows. */
  protected abstract send(text: string, values: SqlValue[]): Promise<unknown[]>;

  /** Sends one whose text never changes: such statements go by a key and are quick. */
  protected sendQuick(text: string, values: SqlValue[]): Promise<unknown[]> {
    return this.send(text, values);
  }

  async all<Input extends object, Row>(query: Query<Input, Row>, input: Input): Promise<Row[]> {
    return (await this.#spellAndSend(query, input)) as Row[];
  }

  async first<Input extends object, Row>(
    query: Query<Input, Row>,
    input: Input,
  ): Promise<Row | undefined> {
    const [row] = await this.#spellAndSend(query, input);
    return row as Row | undefined;
  }

  async run<Input extends object>(query: Query<Input, unknown>, input: Input): Promise<void> {
    await this.#spellAndSend(query, input);
  }

  async notify(channel: string): Promise<void> {
    await this.run(sendNotice, { channel });
  }

  async rows<Row>(query: Compilable<Row>): Promise<Row[]> {
    const { sql, parameters } = query.compile();
    checkValues(parameters, sql);
    return (await this.send(sql, [...parameters])) as Row[];
  }

  /** A query's text and the values of its placeholders. */
  protected spell<Input extends object>(
    query: Query<Input, unknown>,
    input: Input,
  ): { text: string; values: SqlValue[] } {
    const compiled = compile(query, this);
    const values = bind(compiled, input as Record<string, SqlValue>);
    checkValues(values, compiled.text);
    return { text: compiled.text, values };
  }

  async #spellAndSend<Input extends object>(
    query: Query<Input, unknown>,
    input: Input,
  ): Promise<unknown[]> {
    const { text, values } = this.spell(query, input);
    return this.sendQuick(text, values);
  }
}
