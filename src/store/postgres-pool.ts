import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import pg from 'pg';
import type { PoolClient } from 'pg';
import { limits } from '../kernel/limits.ts';
import type { DatabaseUrl, PostgresHost } from './database-url.ts';
import { DatabaseUrlError } from './database-url.ts';
import type { DatabaseStatus } from './database.ts';
import { CannotConnect, isReadOnly, NotWritable } from './postgres-error.ts';

type PostgresUrl = Extract<DatabaseUrl, { kind: 'postgres' }>;

/** A host as it is tried: `prefer` tries each with encryption and then without. */
interface Candidate extends PostgresHost {
  readonly ssl: ConnectionOptions | false;
}

/**
 * Connections to whichever of the URL's hosts takes writes. Hosts are tried in order, beginning
 * with the one that served last; a standby, or a primary that has become one, is left for the next.
 */
export class PostgresPool {
  readonly #url: PostgresUrl;
  readonly #connectionsMax: number;
  readonly #candidates: readonly Candidate[];
  #current = 0;
  /** How often the pool has turned to another host. */
  turns = 0;
  #pool: pg.Pool;
  readonly #endings: Promise<void>[] = [];

  constructor(url: PostgresUrl, connectionsMax: number) {
    this.#url = url;
    this.#connectionsMax = connectionsMax;
    this.#candidates = candidates(url);
    this.#pool = this.#newPool();
  }

  /** A connection that takes writes; give it back with `release`. */
  async acquire(): Promise<PoolClient> {
    for (let tries = 1; ; tries += 1) {
      const pool = this.#pool;
      try {
        return await pool.connect();
      } catch (error) {
        if (error instanceof DatabaseUrlError) throw error;
        if (isExhausted(pool)) throw new CannotConnect(error);
        this.#turnFrom(pool);
        if (tries >= this.#candidates.length) throw new CannotConnect(error);
      }
    }
  }

  /** Takes a connection back; one that failed is closed, and a standby's host is left. */
  release(client: PoolClient, error?: unknown): void {
    client.release(error !== undefined);
    if (isReadOnly(error)) this.#turnFrom(this.#pool);
  }

  status(): NonNullable<DatabaseStatus['connections']> {
    const { totalCount, idleCount, waitingCount } = this.#pool;
    return { open: totalCount, idle: idleCount, waiting: waitingCount };
  }

  async end(): Promise<void> {
    await Promise.all([...this.#endings, this.#pool.end()]);
  }

  /** Goes on to the next host, unless another call has done so already. */
  #turnFrom(pool: pg.Pool): void {
    if (pool !== this.#pool || this.#candidates.length === 1) return;
    this.#current = (this.#current + 1) % this.#candidates.length;
    this.turns += 1;
    this.#pool = this.#newPool();
    const ending = pool.end();
    this.#endings.push(ending);
    void ending.finally(() => this.#endings.splice(this.#endings.indexOf(ending), 1));
  }

  #newPool(): pg.Pool {
    const { host, port, ssl } = this.#candidates[this.#current]!;
    const { database, user, password, applicationName } = this.#url;
    const pool = new pg.Pool({
      host,
      port,
      ssl,
      database,
      ...(user !== undefined && { user }),
      ...(password !== undefined && { password }),
      application_name: applicationName,
      max: this.#connectionsMax,
      connectionTimeoutMillis: limits.databaseConnectSecondsMax * 1000,
      query_timeout: limits.databaseStatementSecondsMax * 1000,
      idle_in_transaction_session_timeout: limits.databaseStatementSecondsMax * 1000,
      keepAlive: true,
      // Connections that do nothing hold up no program that has done its work.
      allowExitOnIdle: true,
      pipeline: true,
      // pg waits for it, though its types know of no promise.
      ...({ onConnect: checkSession } as object),
    });
    // An idle connection that breaks leaves the pool; the next call makes another.
    pool.on('error', () => undefined);
    return pool;
  }
}

interface Session {
  version: number;
  encoding: string;
  readonly: string;
  commit: string;
}

const versionMin = 140_000;

/** Refuses sessions that take no writes, and makes sure that a commit means durable. */
async function checkSession(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<Session>(
    `select current_setting('server_version_num')::int as version,
      current_setting('server_encoding') as encoding,
      current_setting('transaction_read_only') as readonly,
      current_setting('synchronous_commit') as commit`,
  );
  const session = rows[0]!;
  if (session.readonly === 'on') throw new NotWritable();
  if (session.version < versionMin) {
    throw new DatabaseUrlError(`PostgreSQL must be version 14 or newer, not ${session.version}.`);
  }
  if (session.encoding !== 'UTF8') {
    throw new DatabaseUrlError(`The database's encoding must be UTF8, not ${session.encoding}.`);
  }
  if (session.commit === 'off') await client.query('set synchronous_commit to on');
}

/** Whether no connection was free, which says nothing about the host. */
function isExhausted({ totalCount, options }: pg.Pool): boolean {
  return totalCount >= (options.max ?? 0);
}

function candidates(url: PostgresUrl): Candidate[] {
  return url.hosts.flatMap((host) => {
    if (host.host.startsWith('/') || url.sslMode === 'disable') return { ...host, ssl: false };
    const encrypted = { ...host, ssl: tlsOptions(url, host.host) };
    return url.sslMode === 'prefer' ? [encrypted, { ...host, ssl: false }] : encrypted;
  });
}

function tlsOptions({ sslMode, sslRootCert }: PostgresUrl, host: string): ConnectionOptions {
  const ca = sslRootCert === undefined ? {} : { ca: readAuthority(sslRootCert) };
  switch (sslMode) {
    case 'verify-full':
      return isIP(host) === 0 ? { ...ca, servername: host } : { ...ca, host };
    case 'verify-ca':
      return { ...ca, checkServerIdentity: () => undefined };
    default:
      return { rejectUnauthorized: false };
  }
}

function readAuthority(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new DatabaseUrlError(`The database URL's sslrootcert: ${(error as Error).message}`);
  }
}
