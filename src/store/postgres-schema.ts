import { sql as raw } from 'kysely';
import { limits } from '../kernel/limits.ts';
import type { DatabaseUrl } from './database-url.ts';
import { postgres } from './dialect.ts';
import type { Schema, SchemaTarget } from './migrate.ts';
import { PostgresPool } from './postgres-pool.ts';
import { PostgresWrite } from './postgres-session.ts';

/** Where no second program migrates: PostgreSQL gives the lock of this number to one at a time. */
const migrationLock = 4_918_273;

/** Opens a PostgreSQL database for those who look after its schema; changes nothing. */
export function openPostgresSchema(url: Extract<DatabaseUrl, { kind: 'postgres' }>): SchemaTarget {
  return postgresSchema(new PostgresPool(url, limits.databaseConnections));
}

/** The schema of the database that a pool is connected to. */
export function postgresSchema(pool: PostgresPool): SchemaTarget {
  return {
    dialect: postgres,
    async transaction(work) {
      const client = await pool.acquire();
      const tx = new PostgresSchema(client);
      try {
        await tx.exec(`set local lock_timeout to '${limits.migrationSecondsMax}s'`);
        await tx.exec(`select pg_advisory_xact_lock(${migrationLock})`);
        const value = await work(tx);
        await tx.commit();
        pool.release(client);
        return value;
      } catch (error) {
        // Closing the connection undoes all.
        pool.release(client, error);
        throw error;
      }
    },
    close: () => pool.end(),
  };
}

class PostgresSchema extends PostgresWrite implements Schema {
  /** A migration may rewrite a large table, and waits for another server's. */
  protected override get statementSecondsMax(): number {
    return limits.migrationSecondsMax;
  }

  async exec(text: string): Promise<void> {
    await this.send(text, []);
  }

  async hasTable(name: string): Promise<boolean> {
    // Not by to_regclass: a session may remember that a table was not there a moment ago.
    const query = raw`select 1 from pg_catalog.pg_tables
      where schemaname = current_schema() and tablename = ${name}`;
    return (await this.rows({ compile: () => query.compile(this.sql) })).length > 0;
  }
}
