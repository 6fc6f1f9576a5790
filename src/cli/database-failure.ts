import { displayDatabaseUrl } from '../store/database-url.ts';
import { sqlState } from '../store/postgres-error.ts';
import { Failure } from './failure.ts';

/** Runs work on a database; what keeps it from being used becomes one line. */
export async function onDatabase<T>(url: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Failure || !isDatabaseFailure(error)) throw error;
    throw databaseFailure(error, url);
  }
}

/** Whether an error is of SQLite, of PostgreSQL, of the way to it, or of ours that wrap them. */
export function isDatabaseFailure(error: unknown): boolean {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return (
    code === 'ERR_SQLITE_ERROR' ||
    sqlState(error) !== '' ||
    ['CannotConnect', 'ConnectionLost', 'Unavailable', 'DatabaseUrlError'].includes(String(name))
  );
}

/** What keeps a database from being used, in one line and without a password. */
export function databaseFailure(error: unknown, url: string): Failure {
  const { cause, message, name } = error as Error;
  // What ours only wraps says more.
  const why = name === 'Unavailable' && cause instanceof Error ? cause.message : message;
  return new Failure(`The database ${displayDatabaseUrl(url)} cannot be used: ${why}`);
}
