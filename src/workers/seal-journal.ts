import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { findNewestEntry } from '../domain/journal/journal-store.ts';
import type { MerkleTree } from '../domain/journal/merkle-tree.ts';
import { Lease, LeaseLost } from '../domain/leases/lease-store.ts';
import { parseCheckpoint } from '../domain/sealing/checkpoint.ts';
import { readTree } from '../domain/sealing/proof-store.ts';
import {
  beginLog,
  findNewestCheckpoint,
  findSealState,
  TreeHasGrown,
} from '../domain/sealing/seal-store.ts';
import { limits } from '../kernel/limits.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import { Unavailable } from '../store/database.ts';
import type { Database } from '../store/database.ts';
import type { SealStateRow } from '../store/sealing-tables.ts';
import { currentKey } from './seal-keys.ts';
import { sealEntries } from './seal-entries.ts';
import { requireSameHistory } from './witness.ts';
import type { Witness } from './witness.ts';

/** What a sealer works with. */
export interface SealerParts {
  readonly database: Database;
  /** The secrets of the signing keys, the first for what is signed from now on. */
  readonly takeKeys: () => readonly Buffer[];
  readonly witness: Witness;
  readonly clock: Clock;
  readonly log: Log;
  /** Unlike any other server's. */
  readonly holder: string;
  /** Milliseconds since any moment; tests have their own. */
  readonly elapsed?: () => number;
}

/**
 * Appends journal entries to the Merkle tree and signs checkpoints, by its own clock. Of several
 * servers one holds the lease; whatever a step adds is one transaction, and no write waits for it.
 */
export class Sealer {
  readonly #parts: SealerParts;
  readonly #lease: Lease;
  #tree: MerkleTree | undefined;
  #running: Promise<void> | undefined;
  readonly #stopping = new AbortController();
  #failures = 0;
  #complainedAt = -Infinity;
  #witnessedAt = -Infinity;
  #hasMissedWitness = false;

  constructor(parts: SealerParts) {
    this.#parts = parts;
    const { database, holder, elapsed } = parts;
    this.#lease = new Lease({
      database,
      name: 'seal-journal',
      holder,
      ...(elapsed && { elapsed }),
    });
  }

  /** Begins to work; until `stop`. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Seals what there is, within limits.sealFlushSecondsMax, and gives the lease back. */
  async stop(): Promise<void> {
    if (!this.#running) return;
    this.#stopping.abort();
    const last = this.#running.then(async () => {
      if (this.#failures === 0) await this.#attempt();
      await this.#lease.release().catch(() => undefined);
    });
    const patience = new AbortController();
    const late = sleep(limits.sealFlushSecondsMax * 1000, undefined, { signal: patience.signal });
    await Promise.race([last, late]).finally(() => {
      late.catch(() => undefined);
      patience.abort();
    });
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#attempt();
      const pause = limits.sealMilliseconds * 2 ** Math.min(this.#failures, 4);
      // Whoever shares a database must not ask it in step with the others.
      const wait = pause * (0.9 + Math.random() * 0.2);
      await sleep(wait, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  async #attempt(): Promise<void> {
    try {
      await this.pass();
      this.#failures = 0;
    } catch (error) {
      this.#lease.forget();
      this.#tree = undefined;
      if (error instanceof LeaseLost || error instanceof TreeHasGrown) return;
      this.#failures += 1;
      this.#complain(error);
    }
  }

  #complain(error: unknown): void {
    const { log } = this.#parts;
    if (error instanceof Unavailable) {
      log.debug({ err: error }, 'sealing waits for the database');
      return;
    }
    if (performance.now() - this.#complainedAt < limits.sealComplaintSeconds * 1000) return;
    this.#complainedAt = performance.now();
    log.error({ problem: (error as Error).message }, 'the journal is not sealed');
  }

  /** Seals what is there, if there is anything and nobody else is at it. */
  async pass(): Promise<void> {
    const { database } = this.#parts;
    const [state, newest, checkpoint] = await database.read(async (tx) => [
      await findSealState(tx),
      await findNewestEntry(tx),
      await findNewestCheckpoint(tx),
    ]);
    const isSigned = (state?.size ?? 0) === (checkpoint?.size ?? 0);
    if ((newest?.seq ?? 0) <= (state?.settled_seq ?? 0) && isSigned) {
      await this.#lease.release();
    } else if (await this.#lease.acquire()) {
      await this.#seal();
      return;
    }
    if (checkpoint) await this.#bearWitness(checkpoint.note);
  }

  async #seal(): Promise<void> {
    const { database, witness, clock, takeKeys } = this.#parts;
    const state = await this.#beginAt();
    // Kept from spell to spell: what is changed in the database meanwhile is not signed.
    if (this.#tree?.leaves !== state.size) this.#tree = await this.#readTree(state);
    const tree = this.#tree;
    const parts = { database, clock, takeKeys, lease: this.#lease };
    const key = await currentKey(state.origin, parts);
    for await (const checkpoint of sealEntries({ ...parts, ...key, state, tree })) {
      witness.write(checkpoint);
    }
  }

  async #beginAt(): Promise<SealStateRow> {
    const { database } = this.#parts;
    const state = await database.read(findSealState);
    if (state) return state;
    await database.write(async (tx) => {
      await this.#lease.keep(tx);
      await beginLog(tx, `imprimatur/${randomUUID()}`);
    });
    return (await database.read(findSealState))!;
  }

  /** The tree as it is kept, if it goes on from what was signed before. */
  async #readTree(state: SealStateRow): Promise<MerkleTree> {
    const { database, witness } = this.#parts;
    const newest = (await database.read(findNewestCheckpoint))?.note;
    const own = witness.read();
    if (own === undefined && newest !== undefined) this.#missWitness();
    for (const kept of [own, newest]) {
      if (kept !== undefined) await requireSameHistory(database, state, kept);
    }
    return database.read((tx) => readTree(tx, state.size));
  }

  /** Whoever rewrites a history would have taken it away. */
  #missWitness(): void {
    if (this.#hasMissedWitness) return;
    this.#hasMissedWitness = true;
    this.#parts.log.warn(
      'a sealed history is here, and no checkpoint of it in the data folder (file "checkpoint"): ' +
        'whether it goes on from what was signed before, this server cannot tell. It is so after ' +
        'a restore, and on a new server of a database; else find out who removed the file',
    );
  }

  /** Keeps the newest checkpoint of whoever seals, once it is seen to go on from the last one. */
  async #bearWitness(newest: string): Promise<void> {
    const { database, witness } = this.#parts;
    if (performance.now() - this.#witnessedAt < limits.witnessSeconds * 1000) return;
    this.#witnessedAt = performance.now();
    const kept = witness.read();
    if (kept === newest) return;
    if (kept === undefined) this.#missWitness();
    const tree = parseCheckpoint(newest);
    if (!tree) return;
    for (const one of [kept, newest]) {
      if (one !== undefined) await requireSameHistory(database, tree, one);
    }
    witness.write(newest);
  }
}
