import { setTimeout } from 'node:timers/promises';
import { sql as raw } from 'kysely';
import type { PoolClient } from 'pg';
import { limits } from '../kernel/limits.ts';
import type { DatabaseUrl } from './database-url.ts';
import { DatabaseUrlError } from './database-url.ts';
import { Unavailable } from './database.ts';
import type { Database, DatabaseStatus, Transaction } from './database.ts';
import { postgres } from './dialect.ts';
import { migrate } from './migrate.ts';
import { PostgresListener } from './postgres-listener.ts';
import { ConnectionLost, isPostgresConflict, isStalePlan, spoils } from './postgres-error.ts';
import { PostgresPool } from './postgres-pool.ts';
import { postgresSchema } from './postgres-schema.ts';
import { PostgresReads } from './postgres-reads.ts';
import { PostgresWrite } from './postgres-session.ts';

/** Opens a PostgreSQL database and brings its schema up to date. */
export async function openPostgres(
  url: Extract<DatabaseUrl, { kind: 'postgres' }>,
  connectionsMax: number = limits.databaseConnections,
): Promise<Database> {
  const pool = new PostgresPool(url, connectionsMax);
  try {
    await migrate(postgresSchema(pool));
  } catch (error) {
    await pool.end();
    throw error;
  }
  return new PostgresDatabase(pool, connectionsMax);
}

const selectBytes = raw<{ bytes: number }>`
  select pg_database_size(current_database()) as bytes
`;

/**
 * A pool of connections. Reads share some of them; a write keeps one from begin to commit, and
 * begins anew when it met another write or its connection broke before the commit was sent.
 */
class PostgresDatabase implements Database {
  readonly #pool: PostgresPool;
  readonly #reads: PostgresReads;
  readonly #listener: PostgresListener;
  #closed = false;

  constructor(pool: PostgresPool, connectionsMax: number) {
    this.#pool = pool;
    this.#reads = new PostgresReads(pool, connectionsMax);
    this.#listener = new PostgresListener(pool);
  }

  async read<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#persist(() => work(this.#reads));
  }

  async write<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#persist(() => this.#transact(work));
  }

  onChange(channel: string, listener: () => void): () => void {
    return this.#listener.listen(channel, listener);
  }

  async status(): Promise<DatabaseStatus> {
    const query = { compile: () => selectBytes.compile(postgres.sql) };
    const [row] = await this.read((tx) => tx.rows(query));
    return { kind: 'postgres', bytes: row!.bytes, connections: this.#pool.status() };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([this.#listener.close(), this.#reads.end().then(() => this.#pool.end())]);
  }

  /** Tries again, within bounds, what another transaction or a lost connection undid. */
  async #persist<T>(attempt: () => Promise<T>): Promise<T> {
    const end = performance.now() + limits.transactionAttemptsSecondsMax * 1000;
    for (let attempts = 1; ; attempts += 1) {
      if (this.#closed) throw new Unavailable('closed');
      try {
        return await attempt();
      } catch (error) {
        const isPassing =
          isPostgresConflict(error) || isStalePlan(error) || error instanceof ConnectionLost;
        if (!isPassing && !isUnavailable(error)) throw error;
        const isLast = attempts >= limits.transactionAttemptsMax || performance.now() > end;
        if (!isPassing || isLast) throw new Unavailable(error);
        const pause = limits.transactionRetryMilliseconds * 2 ** attempts;
        await setTimeout(Math.random() * pause);
      }
    }
  }

  async #transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const client = await this.#pool.acquire();
    const tx = new PostgresWrite(client);
    let value: T;
    try {
      value = await work(tx);
    } catch (error) {
      await this.#undo(client, tx, error);
      throw error;
    }
    await this.#commit(client, tx);
    return value;
  }

  async #undo(client: PoolClient, tx: PostgresWrite, error: unknown): Promise<void> {
    try {
      if (error instanceof ConnectionLost) throw error;
      await tx.rollback();
      this.#pool.release(client, spoils(error) ? error : undefined);
    } catch (broken) {
      this.#pool.release(client, broken);
    }
  }

  /** What breaks during the commit leaves open whether it happened: that is never tried again. */
  async #commit(client: PoolClient, tx: PostgresWrite): Promise<void> {
    try {
      await tx.commit();
      this.#pool.release(client);
    } catch (error) {
      this.#pool.release(client, spoils(error) ? error : undefined);
      throw error instanceof ConnectionLost ? new Unavailable(error) : error;
    }
  }
}

/** A server found after the start to be of no use is unavailable like one that is gone. */
function isUnavailable(error: unknown): boolean {
  return postgres.isUnavailable(error) || error instanceof DatabaseUrlError;
}
