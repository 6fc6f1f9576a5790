import type { Duplex } from 'node:stream';
import { TypeOverrides } from 'pg';
import type { ClientBase } from 'pg';
import { limits } from '../kernel/limits.ts';
import { ConnectionLost, sqlState } from './postgres-error.ts';
import { postgresWriting } from './dialect.ts';
import { PostgresStatements } from './postgres-statements.ts';
import type { Query, SqlValue } from './query.ts';

const int8 = 20;

/** Numbers of 64 bits as numbers: ids, times and counts of ours stay below 2^53. */
const types = new TypeOverrides();
types.setTypeParser(int8, Number);

/** Names of prepared statements by their text; a connection prepares one at its first use. */
const names = new Map<string, string>();

/** The name to prepare a statement by; beyond a bound statements are sent unprepared. */
function statementName(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= limits.statementsMax) return known;
  const name = `imprimatur_${names.size + 1}`;
  names.set(text, name);
  return name;
}

/** Sends what one turn of the event loop writes to a connection by one call to the system. */
function gatherWrites(client: ClientBase): void {
  // pg's types do not tell of the connection.
  const { stream } = (client as unknown as { connection: { stream: Duplex } }).connection;
  if (stream.writableCorked > 0) return;
  stream.cork();
  setImmediate(() => stream.uncork());
}

/** Sends one statement on a connection, behind those that are still under way. */
export async function sendStatement(
  client: ClientBase,
  text: string,
  values: SqlValue[],
): Promise<unknown[]> {
  const name = statementName(text);
  gatherWrites(client);
  try {
    const { rows } = await client.query({ ...(name && { name }), text, values, types });
    return rows as unknown[];
  } catch (error) {
    // What carries no state is not PostgreSQL's answer: the connection broke.
    throw sqlState(error) === '' ? new ConnectionLost(error) : error;
  }
}

const failedTransaction = '25P02';

/**
 * One transaction on a connection. Statements whose answer nobody needs are not waited for: what
 * one of them finds wrong, a later statement or the commit throws.
 */
export class PostgresWrite extends PostgresStatements {
  readonly #client: ClientBase;
  #inFlight: Promise<unknown>[] = [];
  #failure: Error | undefined;

  constructor(client: ClientBase) {
    super(postgresWriting.sql);
    this.#client = client;
    this.#sendAhead('begin isolation level read committed', []);
  }

  override async run<Input extends object>(
    query: Query<Input, unknown>,
    input: Input,
  ): Promise<void> {
    const { text, values } = this.spell(query, input);
    this.#sendAhead(text, values);
    if (this.#inFlight.length >= limits.statementsInFlightMax) await this.#settle();
  }

  /** Commits and answers when it is durable; throws what any statement found wrong. */
  async commit(): Promise<void> {
    this.#sendAhead('commit', []);
    await this.#settle();
  }

  /** Undoes all; throws only when the connection is lost. */
  async rollback(): Promise<void> {
    this.#sendAhead('rollback', []);
    await Promise.allSettled(this.#inFlight);
    if (this.#failure instanceof ConnectionLost) throw this.#failure;
  }

  protected override async send(text: string, values: SqlValue[]): Promise<unknown[]> {
    try {
      return await sendStatement(this.#client, text, values);
    } catch (error) {
      throw (sqlState(error) === failedTransaction && this.#failure) || error;
    }
  }

  #sendAhead(text: string, values: SqlValue[]): void {
    const sent = sendStatement(this.#client, text, values).catch((error: unknown) => {
      this.#failure ??= error as Error;
    });
    this.#inFlight.push(sent);
  }

  async #settle(): Promise<void> {
    await Promise.all(this.#inFlight);
    this.#inFlight = [];
    if (this.#failure !== undefined) throw this.#failure;
  }
}
