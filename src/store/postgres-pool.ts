import pg from 'pg';
import type { PoolClient } from 'pg';
import { limits } from '../kernel/limits.ts';
import type { DatabaseUrl } from './database-url.ts';
import { DatabaseUrlError } from './database-url.ts';
import type { DatabaseStatus } from './database.ts';
import { Permits } from './permits.ts';
import {
  CannotConnect,
  ConnectionLost,
  isReadOnly,
  isStalePlan,
  sqlState,
} from './postgres-error.ts';
import { candidates, refusesEncryption } from './postgres-hosts.ts';
import type { Candidate } from './postgres-hosts.ts';
import { checkSession } from './postgres-session-check.ts';

type PostgresUrl = Extract<DatabaseUrl, { kind: 'postgres' }>;

/** The connections to one host, until another one serves. */
interface Generation {
  readonly pool: pg.Pool;
  readonly candidate: Candidate;
  readonly clients: Set<PoolClient>;
}

/**
 * Connections to whichever of the URL's hosts takes writes. Hosts are tried in order, beginning
 * with the one that served last; a standby, or a primary that has become one, is left for the next.
 *
 * Whoever wants a connection waits here and not in pg's own pool, where a change of hosts would
 * leave it behind.
 */
export class PostgresPool {
  readonly #url: PostgresUrl;
  readonly #connectionsMax: number;
  readonly #candidates: readonly Candidate[];
  readonly #permits: Permits;
  readonly #inUse = new Map<PoolClient, Generation>();
  readonly #checked = new WeakSet<PoolClient>();
  #current = 0;
  #generation: Generation;
  #isProbing = false;
  #ended = false;

  constructor(url: PostgresUrl, connectionsMax: number) {
    this.#url = url;
    this.#connectionsMax = connectionsMax;
    this.#candidates = candidates(url);
    this.#permits = new Permits(connectionsMax);
    this.#generation = this.#newGeneration();
  }

  /** A connection that takes writes; give it back with `release`. */
  async acquire(): Promise<PoolClient> {
    try {
      await this.#permits.take(limits.databaseConnectSecondsMax);
    } catch (error) {
      if (!this.#ended && !this.#isProbing) void this.#leaveSilentHost();
      throw new CannotConnect(error);
    }
    try {
      return await this.#connectToAny();
    } catch (error) {
      this.#permits.give();
      throw error;
    }
  }

  /** A connection besides the pool's, to the host that they lead to; it is never given back. */
  async connectApart(purpose: string): Promise<pg.Client> {
    // Finds out which host serves, and goes there first if it is another one by now.
    this.release(await this.acquire());
    const options = this.#options(this.#generation.candidate);
    const application_name = `${this.#url.applicationName} ${purpose}`;
    const client = new pg.Client({ ...options, application_name });
    // Whoever waits for its end or for an answer hears that it broke.
    client.on('error', () => undefined);
    try {
      await client.connect();
      await checkSession(client, true);
      // It holds up no program that has done its work.
      (client as pg.Client & { unref(): void }).unref();
      return client;
    } catch (error) {
      client.connection.stream.destroy();
      throw error;
    }
  }

  /** Another object once other connections are taken than before. */
  get generation(): object {
    return this.#generation;
  }

  /** Takes a connection back; one that failed is closed, and a standby's host is left. */
  release(client: PoolClient, error?: unknown): void {
    const generation = this.#inUse.get(client)!;
    this.#inUse.delete(client);
    client.release(error !== undefined);
    if (error instanceof ConnectionLost) client.connection.stream.destroy();
    // What other connections have prepared is as stale.
    if (isStalePlan(error)) this.#turnFrom(generation, 0);
    if (isReadOnly(error)) this.#turnFrom(generation);
    this.#permits.give();
  }

  status(): NonNullable<DatabaseStatus['connections']> {
    const { totalCount, idleCount } = this.#generation.pool;
    return { open: totalCount, idle: idleCount, waiting: this.#permits.waiting };
  }

  /** Waits until every connection was given back, though not for long, and closes them. */
  async end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    const hangUp = setTimeout(() => {
      for (const client of this.#inUse.keys()) client.connection.stream.destroy();
    }, limits.databaseEndSecondsMax * 1000);
    await this.#permits.close();
    clearTimeout(hangUp);
    await retire(this.#generation, this.#inUse);
  }

  async #connectToAny(): Promise<PoolClient> {
    const failed = new Set<string>();
    // Other calls turn to other hosts too; nobody goes round more than twice.
    for (let tries = 1; ; tries += 1) {
      const generation = this.#generation;
      const { host, port, hasPlainTwin } = generation.candidate;
      try {
        return await this.#connect(generation);
      } catch (error) {
        // A host that is full, or was wrongly named, is still the one that takes writes.
        if (error instanceof DatabaseUrlError) throw error;
        if (isFull(error)) throw new CannotConnect(error);
        const isRefused = hasPlainTwin && refusesEncryption(error);
        this.#turnFrom(generation, hasPlainTwin && !isRefused ? 2 : 1);
        if (!isRefused) failed.add(`${host}:${port}`);
        const isLast = failed.size >= this.#url.hosts.length;
        if (isLast || tries >= 2 * this.#candidates.length) throw new CannotConnect(error);
      }
    }
  }

  async #connect(generation: Generation): Promise<PoolClient> {
    const client = await generation.pool.connect();
    try {
      if (!this.#checked.has(client)) {
        await checkSession(client, this.#url.hosts.length > 1);
        this.#checked.add(client);
      }
    } catch (error) {
      client.release(true);
      throw error;
    }
    this.#inUse.set(client, generation);
    return client;
  }

  /** Goes on to another candidate, unless another call has done so already. */
  #turnFrom(generation: Generation, steps = 1): void {
    if (generation !== this.#generation || this.#ended) return;
    const next = (this.#current + steps) % this.#candidates.length;
    // Where there is no other host, its connections that work are kept.
    if (next === this.#current && steps > 0) return;
    this.#current = next;
    this.#generation = this.#newGeneration();
    // Not before those have their connection that asked for it in this turn.
    setImmediate(() => void retire(generation, this.#inUse));
  }

  /**
   * Every connection is in use and none came back: if the host takes no new ones either, it is
   * gone without a word. What waits for its answer is told so, and the next host is tried.
   */
  async #leaveSilentHost(): Promise<void> {
    this.#isProbing = true;
    const generation = this.#generation;
    const client = new pg.Client(this.#options(generation.candidate));
    client.on('error', () => undefined);
    try {
      await client.connect();
      await checkSession(client, this.#url.hosts.length > 1);
    } catch (error) {
      if (isFull(error)) return;
      this.#turnFrom(generation, generation.candidate.hasPlainTwin ? 2 : 1);
      for (const [one, { pool }] of this.#inUse) {
        if (pool === generation.pool) one.connection.stream.destroy();
      }
    } finally {
      client.connection.stream.destroy();
      this.#isProbing = false;
    }
  }

  #newGeneration(): Generation {
    const candidate = this.#candidates[this.#current]!;
    const pool = new pg.Pool({
      ...this.#options(candidate),
      max: this.#connectionsMax,
      // Connections that do nothing hold up no program that has done its work.
      allowExitOnIdle: true,
      pipeline: true,
    });
    const clients = new Set<PoolClient>();
    pool.on('connect', (client) => {
      clients.add(client);
      client.once('end', () => clients.delete(client));
      // Whoever waits for an answer hears that the connection broke; nobody else needs to.
      client.on('error', () => undefined);
    });
    // An idle connection that breaks leaves the pool; the next call makes another.
    pool.on('error', () => undefined);
    return { pool, candidate, clients };
  }

  #options({ host, port, ssl }: Candidate): pg.ClientConfig {
    const { database, user, password, applicationName } = this.#url;
    return {
      host,
      port,
      ssl,
      database,
      ...(user !== undefined && { user }),
      ...(password !== undefined && { password }),
      application_name: applicationName,
      connectionTimeoutMillis: limits.databaseConnectSecondsMax * 1000,
      query_timeout: limits.databaseStatementSecondsMax * 1000,
      lock_timeout: limits.lockSecondsMax * 1000,
      idle_in_transaction_session_timeout: limits.databaseStatementSecondsMax * 1000,
      keepAlive: true,
      keepAliveInitialDelayMillis: limits.databaseKeepAliveSeconds * 1000,
    };
  }
}

/** Closes connections that nobody uses; those in use are closed when they are given back. */
async function retire(
  { pool, clients }: Generation,
  inUse: ReadonlyMap<PoolClient, Generation>,
): Promise<void> {
  await pool.end();
  // A host that is gone without a word never says goodbye.
  const hangUp = () => {
    for (const client of clients) if (!inUse.has(client)) client.connection.stream.destroy();
  };
  setTimeout(hangUp, limits.databaseConnectSecondsMax * 1000).unref();
}

/** Whether a server has no room for another connection, which says nothing against it. */
function isFull(error: unknown): boolean {
  return sqlState(error).startsWith('53');
}
