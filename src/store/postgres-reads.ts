import type { PoolClient } from 'pg';
import { limits } from '../kernel/limits.ts';
import { postgres } from './dialect.ts';
import { CannotConnect, ConnectionLost, spoils } from './postgres-error.ts';
import type { PostgresPool } from './postgres-pool.ts';
import { sendStatement } from './postgres-session.ts';
import { PostgresStatements } from './postgres-statements.ts';
import type { SqlValue } from './query.ts';

/** A connection on which statements of many reads follow one another without waiting. */
interface Line {
  readonly client: Promise<PoolClient>;
  /** The pool's connections among which it is; they change when another host serves. */
  generation: object;
  inFlight: number;
}

/**
 * The statements of all reads. Quick ones are pipelined over a few connections, which spares both
 * sides most of their calls to the system; any other takes a connection of its own, so that nobody
 * waits behind it.
 */
export class PostgresReads extends PostgresStatements {
  readonly #pool: PostgresPool;
  readonly #lines: (Line | undefined)[];

  /** Of few connections none is shared: writes and slow reads need them. */
  constructor(pool: PostgresPool, connectionsMax: number) {
    super(postgres.sql);
    this.#pool = pool;
    const isWide = connectionsMax > 2 * limits.databaseReadLines;
    this.#lines = Array.from({ length: isWide ? limits.databaseReadLines : 0 });
  }

  /** Gives all connections back. */
  async end(): Promise<void> {
    const lines = this.#lines.splice(0).filter((line) => line !== undefined);
    for (const { client } of lines) {
      await client.then((made) => this.#pool.release(made), ignore);
    }
  }

  protected override async send(text: string, values: SqlValue[]): Promise<unknown[]> {
    const client = await this.#pool.acquire();
    try {
      const rows = await sendStatement(client, text, values);
      this.#pool.release(client);
      return rows;
    } catch (error) {
      this.#pool.release(client, spoils(error) ? error : undefined);
      throw error;
    }
  }

  protected override async sendQuick(text: string, values: SqlValue[]): Promise<unknown[]> {
    const line = this.#freestLine();
    if (!line) return this.send(text, values);
    line.inFlight += 1;
    try {
      const client = await line.client;
      return await sendStatement(client, text, values, limits.databaseQuickSecondsMax);
    } catch (error) {
      if (error instanceof CannotConnect || spoils(error)) this.#drop(line, error);
      throw error;
    } finally {
      line.inFlight -= 1;
    }
  }

  /** The line with the fewest statements under way; one that leads to a host left is replaced. */
  #freestLine(): Line | undefined {
    if (this.#lines.length === 0) return undefined;
    let best = 0;
    for (let n = 1; n < this.#lines.length; n += 1) {
      if ((this.#lines[n]?.inFlight ?? 0) < (this.#lines[best]?.inFlight ?? 0)) best = n;
    }
    const known = this.#lines[best];
    const { generation } = this.#pool;
    if (known?.generation === generation) return known;
    if (known) this.#drop(known, new ConnectionLost('another host serves now'));
    const line: Line = { client: this.#pool.acquire(), generation, inFlight: 0 };
    void line.client.then((client) => this.#made(line, client), ignore);
    this.#lines[best] = line;
    return line;
  }

  #made(line: Line, client: PoolClient): void {
    // Hosts may have been tried in turn until one served.
    line.generation = this.#pool.generation;
    // It holds up no program that has done its work: a statement under way has a timer that does.
    (client as PoolClient & { unref(): void }).unref();
  }

  /** Closes a line, unless another of its statements has done so. */
  #drop(line: Line, error: unknown): void {
    const place = this.#lines.indexOf(line);
    if (place === -1) return;
    this.#lines[place] = undefined;
    void line.client.then((client) => this.#pool.release(client, error), ignore);
  }
}

function ignore(): void {
  // Whoever waited for the connection has been told.
}
