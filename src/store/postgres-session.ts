import type { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import { TypeOverrides } from 'pg';
import type { ClientBase, QueryConfig } from 'pg';
import { limits } from '../kernel/limits.ts';
import { Unavailable } from './database.ts';
import { postgresWriting } from './dialect.ts';
import { ConnectionLost, endsConnection } from './postgres-error.ts';
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
  secondsMax: number = limits.databaseStatementSecondsMax,
): Promise<unknown[]> {
  const name = statementName(text);
  gatherWrites(client);
  const timed = { query_timeout: secondsMax * 1000 };
  const query: QueryConfig = { ...(name && { name }), text, values, types, ...timed };
  try {
    return (await client.query(query)).rows as unknown[];
  } catch (error) {
    throw endsConnection(error) ? new ConnectionLost(error) : error;
  }
}

/** Where PostgreSQL says that it gave up waiting for a standby, in no matter which language. */
const standbyWait = 'SyncRepWaitForLSN';

/**
 * One transaction on a connection. Statements whose answer nobody needs are not waited for: what
 * one of them finds wrong, a later statement or the commit throws. After the first that failed
 * nothing is done any more, whatever the work makes of it.
 */
export class PostgresWrite extends PostgresStatements {
  readonly #client: ClientBase;
  /** None of them rejects: a failure is noted. */
  readonly #inFlight: Promise<void>[] = [];
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
    const client: EventEmitter = this.#client;
    // An operator may end the wait for a standby; PostgreSQL then calls the commit a success.
    const onNotice = (notice: { routine?: string }) => {
      if (notice.routine === standbyWait) this.#failure ??= new Unavailable(notice);
    };
    client.on('notice', onNotice);
    try {
      this.#sendAhead('commit', []);
      await this.#settle();
    } finally {
      client.off('notice', onNotice);
    }
  }

  /** Undoes all; throws only when the connection is lost. */
  async rollback(): Promise<void> {
    await sendStatement(this.#client, 'rollback', []);
  }

  /** How long a statement may take. */
  protected get statementSecondsMax(): number {
    return limits.databaseStatementSecondsMax;
  }

  protected override async send(text: string, values: SqlValue[]): Promise<unknown[]> {
    try {
      return await sendStatement(this.#client, text, values, this.statementSecondsMax);
    } catch (error) {
      // What went before it failed before it, and is why.
      await Promise.all(this.#inFlight);
      this.#failure ??= error as Error;
      throw this.#failure;
    }
  }

  #sendAhead(text: string, values: SqlValue[]): void {
    const sent = sendStatement(this.#client, text, values).then(
      () => undefined,
      (error: unknown) => {
        this.#failure ??= error as Error;
      },
    );
    this.#inFlight.push(sent);
  }

  async #settle(): Promise<void> {
    await Promise.all(this.#inFlight.splice(0));
    if (this.#failure !== undefined) throw this.#failure;
  }
}
