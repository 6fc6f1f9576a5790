import type { ClientBase, QueryConfig } from 'pg';
import { limits } from '../kernel/limits.ts';
import { DatabaseUrlError } from './database-url.ts';
import { NotWritable } from './postgres-error.ts';

interface Session {
  version: number;
  encoding: string;
  standby: boolean;
  readonly: string;
  commit: string;
}

/** Digits of a version number: 14.2 is 140002. */
const versionUnit = 10_000;
const versionMin = 14;

/**
 * Refuses sessions that take no writes, and makes sure that a commit means durable. Where there is
 * no other host, one that was made read-only still serves reads.
 */
export async function checkSession(client: ClientBase, hasOtherHosts: boolean): Promise<void> {
  const { rows } = await client.query<Session>(
    bounded(
      `select current_setting('server_version_num')::int as version,
      current_setting('server_encoding') as encoding,
      pg_is_in_recovery() as standby,
      current_setting('transaction_read_only') as readonly,
      current_setting('synchronous_commit') as commit`,
    ),
  );
  const { version, encoding, standby, readonly, commit } = rows[0]!;
  if (version < versionMin * versionUnit) {
    const major = Math.floor(version / versionUnit);
    throw new DatabaseUrlError(`PostgreSQL must be version ${versionMin} or newer, not ${major}.`);
  }
  if (encoding !== 'UTF8') {
    throw new DatabaseUrlError(`The database's encoding must be UTF8, not ${encoding}.`);
  }
  if (standby || (readonly === 'on' && hasOtherHosts)) throw new NotWritable();
  if (commit === 'off') await client.query(bounded('set synchronous_commit to on'));
}

/** A statement that is given no more time than a connection is: it is part of making one. */
function bounded(text: string): QueryConfig {
  const query = { text, query_timeout: limits.databaseConnectSecondsMax * 1000 };
  return query;
}
