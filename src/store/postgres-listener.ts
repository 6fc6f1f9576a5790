import { setTimeout as sleep } from 'node:timers/promises';
import { escapeIdentifier } from 'pg';
import type { Client } from 'pg';
import { limits } from '../kernel/limits.ts';
import { ConnectionLost } from './postgres-error.ts';
import type { PostgresPool } from './postgres-pool.ts';
import { checkSession } from './postgres-session-check.ts';

/**
 * A connection of its own that hears what transactions of any server say on channels (LISTEN). When
 * it is lost another is made, after a pause that doubles; what was said meanwhile nobody repeats,
 * so that each new one begins by telling every listener.
 */
export class PostgresListener {
  readonly #pool: PostgresPool;
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #closing = new AbortController();
  #running: Promise<void> | undefined;
  #client: Client | undefined;

  constructor(pool: PostgresPool) {
    this.#pool = pool;
  }

  /** Calls a listener from now on; answers how to end that. */
  listen(channel: string, listener: () => void): () => void {
    const others = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, others.add(listener));
    // Whatever was made before listens to other channels only.
    this.#client?.connection.stream.destroy();
    this.#running ??= this.#run();
    return () => others.delete(listener);
  }

  /** Ends the connection. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#client?.connection.stream.destroy();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        await this.#hear(() => (failures = 0));
      } catch {
        // Whoever asks the database of his own accord hears what is wrong with it.
      }
      const pause =
        limits.listenRetryMilliseconds * 2 ** Math.min(failures, limits.listenDoublings);
      const wait = pause * (0.5 + Math.random() / 2);
      await sleep(wait, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** Listens until the connection is lost, or another host serves. */
  async #hear(onListening: () => void): Promise<void> {
    const client = await this.#pool.connectApart('listener');
    this.#client = client;
    try {
      this.#closing.signal.throwIfAborted();
      const lost = new Promise<void>((resolve) => void client.once('end', resolve));
      client.on('notification', ({ channel }) => this.#tell(channel));
      const { generation } = this.#pool;
      for (const channel of this.#listeners.keys()) {
        await client.query(`listen ${escapeIdentifier(channel)}`);
      }
      onListening();
      for (const channel of this.#listeners.keys()) this.#tell(channel);
      while (await this.#stays(lost)) {
        // A host that is gone without a word ends none, nor does one that became a standby.
        await checkSession(client, true);
        if (generation !== this.#pool.generation) throw new ConnectionLost('another host serves');
      }
    } finally {
      this.#client = undefined;
      client.connection.stream.destroy();
    }
  }

  /** Waits a while; answers whether the connection is still there. */
  async #stays(lost: Promise<void>): Promise<boolean> {
    const patience = new AbortController();
    const signal = AbortSignal.any([patience.signal, this.#closing.signal]);
    const milliseconds = limits.listenCheckSeconds * 1000;
    const passed = sleep(milliseconds, true, { signal, ref: false }).catch(() => false);
    const isThere = await Promise.race([passed, lost.then(() => false)]);
    patience.abort();
    return isThere && !this.#closing.signal.aborted;
  }

  #tell(channel: string): void {
    for (const listener of this.#listeners.get(channel) ?? []) listener();
  }
}
