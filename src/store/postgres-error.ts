/** The connection to PostgreSQL broke: what it was doing may or may not have happened. */
export class ConnectionLost extends Error {
  constructor(cause: unknown) {
    super('The connection to PostgreSQL was lost.', { cause });
    this.name = 'ConnectionLost';
  }
}

/** No connection could be made, or none became free in time. */
export class CannotConnect extends Error {
  constructor(cause: unknown) {
    super(`PostgreSQL cannot be reached: ${messageOf(cause)}.`, { cause });
    this.name = 'CannotConnect';
  }
}

/** Several addresses of one host each fail in their own way; the first tells enough. */
function messageOf(error: unknown): string {
  const first = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  return first instanceof Error ? first.message.replace(/\.$/u, '') : String(first);
}

/** A connection that takes no writes: a standby, or a server that is not ready yet. */
export class NotWritable extends Error {
  constructor() {
    super('The PostgreSQL server takes no writes: it is a standby.');
    this.name = 'NotWritable';
  }
}

/** The SQLSTATE of what PostgreSQL answered; empty when it is nothing of the sort. */
export function sqlState(error: unknown): string {
  const { code, syscall } = (error ?? {}) as { code?: unknown; syscall?: unknown };
  // The system's own codes look alike: EPIPE.
  if (typeof code !== 'string' || syscall !== undefined) return '';
  return /^[0-9A-Z]{5}$/u.test(code) ? code : '';
}

/**
 * Two transactions met, and this one has to begin anew: serialization failure, deadlock, or a key
 * that the other has written or deleted after this one looked.
 */
export function isPostgresConflict(error: unknown): boolean {
  return ['40001', '40P01', '23503', '23505'].includes(sqlState(error));
}

/**
 * Classes of SQLSTATE that say the database cannot serve now: connection exception, insufficient
 * resources, operator intervention, system error; and single codes: read-only transaction, lock not
 * available.
 */
const unavailableState = /^(08|53|57|58)|^(25006|55P03)$/u;

/** Whether PostgreSQL, not the caller, is at fault: gone, full, a standby, out of connections. */
export function isPostgresUnavailable(error: unknown): boolean {
  if (error instanceof ConnectionLost || error instanceof CannotConnect) return true;
  return unavailableState.test(sqlState(error));
}

/**
 * SQLSTATEs after which PostgreSQL closes the connection: connection exceptions, operator
 * intervention that ends a session, and a transaction that was idle or ran for too long.
 */
const endingState = /^(08|57P0)|^25P0[34]$/u;

/** Whether an error means that the connection is gone: PostgreSQL said so, or said nothing. */
export function endsConnection(error: unknown): boolean {
  const state = sqlState(error);
  return state === '' || endingState.test(state);
}

/** Whether a table has changed since a statement on it was prepared: by a newer server's start. */
export function isStalePlan(error: unknown): boolean {
  const { routine } = (error ?? {}) as { routine?: unknown };
  return sqlState(error) === '0A000' && routine === 'RevalidateCachedQuery';
}

/** Whether a server that answers must not be asked again: it has become a standby. */
export function isReadOnly(error: unknown): boolean {
  return sqlState(error) === '25006';
}

/** Whether the connection is of no use after an error. */
export function spoils(error: unknown): boolean {
  return error instanceof ConnectionLost || isReadOnly(error) || isStalePlan(error);
}
