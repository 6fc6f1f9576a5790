import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { ConfigError, readConfig } from '../config.ts';
import { displayDatabaseUrl, parseDatabaseUrl } from '../store/database-url.ts';
import { Failure, UsageFailure } from './failure.ts';
import type { Environment } from './terminal.ts';

/** Options of commands that open the database themselves. */
export interface DatabaseOptions {
  readonly database?: string;
  readonly dataDir?: string;
  readonly config?: string;
}

/** Adds where the database is, as `imprimatur serve` has it. */
export function addDatabaseOptions(command: Command): Command {
  return command
    .option('--database <url>', 'sqlite:<file> or postgres://… (IMPRIMATUR_DATABASE)')
    .option('--data-dir <folder>', 'data folder (IMPRIMATUR_DATA_DIR; default ./imprimatur-data)')
    .option('--config <file>', 'YAML file of settings (IMPRIMATUR_CONFIG)');
}

/** The URL of the database that a server with these options would use. */
export function configuredDatabase(options: DatabaseOptions, environment: Environment): string {
  try {
    return readConfig({ ...options }, environment).database;
  } catch (error) {
    if (error instanceof ConfigError) throw new UsageFailure(error.message);
    throw error;
  }
}

/** Refuses the URL of an SQLite file that is not there: opening it would make an empty one. */
export function requireDatabase(url: string): void {
  const parsed = parseDatabaseUrl(url);
  if (parsed.kind === 'postgres' || existsSync(parsed.path)) return;
  throw new Failure(
    `There is no database ${parsed.path}. --database or --data-dir names another one.`,
  );
}

/** Runs work on a database; what keeps it from being used becomes one line. */
export async function onDatabase<T>(url: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Failure || !isDatabaseFailure(error)) throw error;
    const { message } = error as Error;
    throw new Failure(`The database ${displayDatabaseUrl(url)} cannot be used: ${message}`);
  }
}

/** Whether an error is of SQLite, of PostgreSQL, of the way to it, or of ours that wrap them. */
export function isDatabaseFailure(error: unknown): boolean {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return (
    code === 'ERR_SQLITE_ERROR' ||
    (typeof code === 'string' && /^[0-9A-Z]{5}$/u.test(code)) ||
    ['CannotConnect', 'ConnectionLost', 'Unavailable', 'DatabaseUrlError'].includes(String(name))
  );
}
