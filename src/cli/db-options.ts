import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { parseDatabaseUrl } from '../store/database-url.ts';
import { Failure } from './failure.ts';
import { localConfig } from './local-config.ts';
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
  return localConfig(options, environment).database;
}

/** Refuses the URL of an SQLite file that is not there: opening it would make an empty one. */
export function requireDatabase(url: string): void {
  const parsed = parseDatabaseUrl(url);
  if (parsed.kind === 'postgres' || existsSync(parsed.path)) return;
  throw new Failure(
    `There is no database ${parsed.path}. --database or --data-dir names another one.`,
  );
}
