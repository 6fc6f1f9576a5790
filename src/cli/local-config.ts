import { ConfigError, readConfig } from '../config.ts';
import type { Config } from '../config.ts';
import { parseDatabaseUrl } from '../store/database-url.ts';
import type { DatabaseOptions } from './db-options.ts';
import { Failure, UsageFailure } from './failure.ts';
import type { Environment } from './terminal.ts';

/** The configuration that a server with these options would have. */
export function localConfig(options: DatabaseOptions, environment: Environment): Config {
  const { dataDir, database, config } = options;
  try {
    return readConfig({ dataDir, database, config }, environment);
  } catch (error) {
    if (error instanceof ConfigError) throw new UsageFailure(error.message);
    throw error;
  }
}

const guide = 'docs/guide/backup.md';

/** The file of the configured database; for PostgreSQL a failure that says what to do instead. */
export function sqliteFile(config: Config, instead: string): string {
  const url = parseDatabaseUrl(config.database);
  if (url.kind === 'sqlite' && url.path !== ':memory:') return url.path;
  if (url.kind === 'sqlite') throw new Failure('A database in memory has no file.');
  throw new Failure(
    `The database is PostgreSQL, which has its own tools: ${instead}; see ${guide}.`,
  );
}
