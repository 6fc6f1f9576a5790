import type { PoolClient } from 'pg';
import { limits } from '../kernel/limits.ts';
import { postgres } from './dialect.ts';
import { CannotConnect, ConnectionLost } from './postgres-error.ts';
import type { PostgresPool } from './postgres-pool.ts';
import { sendStatement } from './postgres-session.ts';
import { PostgresStatements } from './postgres-statements.ts';
import type { SqlValue } from './query.ts';

/** A connection on which statements of many reads follow one another without waiting. */
interface Line {
  readonly client: Promise<PoolClient>;
  /** How often the pool had turned to another host when this one was found. */
  turns: number;
  inFlight: number;
}

/**
 * The statements of all reads. Quick ones are pipelined over a few connections, which spares both
 * sides most of their calls to the system; any other takes a connection of its own, so that nobody
 * waits behind it.
 */
export class PostgresReads extends PostgresStatements {
  readonly #pool: PostgresPool;
  readonly #lines: (Line | undefined)[] = Array.from({ length: limits.databaseReadLines });

  constructor(pool: PostgresPool) {
    super(postgres.sql);
    this.#pool = pool;
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
      this.#pool.release(client, error instanceof ConnectionLost ? error : undefined);
      throw error;
    }
  }

  protected override async sendQuick(text: string, values: SqlValue[]): Promise<unknown[]> {
    const line = this.#freestLine();
    line.inFlight += 1;
    try {
      const client = await line.client;
      if (line.inFlight === 1) holdsProcess(client).ref();
      return await sendStatement(client, text, values);
    } catch (error) {
      if (error instanceof ConnectionLost || error instanceof CannotConnect)
        this.#drop(line, error);
      throw error;
    } finally {
      line.inFlight -= 1;
      // A connection without work holds up no program that has done its own.
      if (line.inFlight === 0) letGo(line);
    }
  }

  /** The line with the fewest statements under way; one that leads to a host left is replaced. */
  #freestLine(): Line {
    let best = 0;
    for (let n = 1; n < this.#lines.length; n += 1) {
      if ((this.#lines[n]?.inFlight ?? 0) < (this.#lines[best]?.inFlight ?? 0)) best = n;
    }
    const known = this.#lines[best];
    if (known && known.turns === this.#pool.turns) return known;
    if (known) this.#drop(known, new ConnectionLost('another host serves now'));
    const line: Line = { client: this.#pool.acquire(), turns: this.#pool.turns, inFlight: 0 };
    // Hosts may be tried in turn until one serves.
    void line.client.then(() => (line.turns = this.#pool.turns), ignore);
    this.#lines[best] = line;
    return line;
  }

  /** Closes a line, unless another of its statements has done so. */
  #drop(line: Line, error: Error): void {
    const place = this.#lines.indexOf(line);
    if (place === -1) return;
    this.#lines[place] = undefined;
    void line.client.then((client) => this.#pool.release(client, error), ignore);
  }
}

function letGo({ client }: Line): void {
  void client.then((made) => holdsProcess(made).unref(), ignore);
}

function ignore(): void {
  // Whoever waited for the connection has been told.
}

/** What pg's clients have and its types do not tell. */
function holdsProcess(client: PoolClient): { ref(): void; unref(): void } {
  return client as unknown as { ref(): void; unref(): void };
}
