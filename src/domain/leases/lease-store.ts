import { limits } from '../../kernel/limits.ts';
import type { Database, Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type { LeaseRow } from '../../store/sealing-tables.ts';
import { isGone } from './lease-holder.ts';

/** Thrown where work is done under a lease that another one holds by now. */
export class LeaseLost extends Error {}

const selectLease = query<{ name: string }, LeaseRow>((sql, { name }) =>
  sql.selectFrom('lease').selectAll().where('name', '=', name).forNoKeyUpdate(),
);
const insertLease = query<{ name: string }>((sql, { name }) =>
  sql
    .insertInto('lease')
    .values({ name, holder: null, token: 0, beat: 0 })
    .onConflict((conflict) => conflict.column('name').doNothing()),
);
const takeLease = query<{ name: string; holder: string; token: number }>((sql, lease) =>
  sql
    .updateTable('lease')
    .set({ holder: lease.holder, token: lease.token, beat: 0 })
    .where('name', '=', lease.name),
);
const countBeat = query<{ name: string; holder: string; token: number }, { token: number }>(
  (sql, lease) =>
    sql
      .updateTable('lease')
      .set((e) => ({ beat: e('beat', '+', 1) }))
      .where('name', '=', lease.name)
      .where('holder', '=', lease.holder)
      .where('token', '=', lease.token)
      .returning('token'),
);
const freeLease = query<{ name: string; holder: string; token: number }>((sql, lease) =>
  sql
    .updateTable('lease')
    .set({ holder: null })
    .where('name', '=', lease.name)
    .where('holder', '=', lease.holder)
    .where('token', '=', lease.token),
);

/** Whose lease it is, and where the time comes from that only ever goes on. */
export interface LeaseParts {
  readonly database: Database;
  /** The piece of work. */
  readonly name: string;
  /** Unlike any other holder's. */
  readonly holder: string;
  /** Milliseconds since any moment. */
  readonly elapsed?: () => number;
}

/**
 * The right to do a piece of work that one server at a time shall do. No clock is compared with
 * another: a holder counts a beat with whatever it does, and who has seen the same beat for
 * limits.leaseSeconds takes over; from a process that is seen to be gone, at once. Work that must
 * not be done twice calls `keep` in its transaction, which fails once somebody else has taken over
 * (fencing).
 */
export class Lease {
  readonly #database: Database;
  readonly #name: string;
  readonly #holder: string;
  readonly #elapsed: () => number;
  #token: number | undefined;
  #seen: { readonly token: number; readonly beat: number; readonly since: number } | undefined;

  constructor({ database, name, holder, elapsed = () => performance.now() }: LeaseParts) {
    this.#database = database;
    this.#name = name;
    this.#holder = holder;
    this.#elapsed = elapsed;
  }

  /** Whether it was held when this was last known. */
  get isHeld(): boolean {
    return this.#token !== undefined;
  }

  /** Takes it if it is free, or its holder shows no sign of life; answers whether it is held. */
  async acquire(): Promise<boolean> {
    if (this.isHeld) return true;
    this.#token = await this.#database.write((tx) => this.#take(tx));
    if (this.isHeld) this.#seen = undefined;
    return this.isHeld;
  }

  async #take(tx: Transaction): Promise<number | undefined> {
    const [name, holder] = [this.#name, this.#holder];
    await tx.run(insertLease, { name });
    const row = (await tx.first(selectLease, { name }))!;
    const isHeld = row.holder !== null && !isGone(row.holder);
    if (isHeld && !this.#isSilent(row)) return undefined;
    const token = row.token + 1;
    await tx.run(takeLease, { name, holder, token });
    return token;
  }

  /** Whether the beat has been the same for as long as a living holder would never let it. */
  #isSilent({ token, beat }: LeaseRow): boolean {
    const seen = this.#seen;
    if (seen?.token === token && seen.beat === beat) {
      return this.#elapsed() - seen.since >= limits.leaseSeconds * 1000;
    }
    this.#seen = { token, beat, since: this.#elapsed() };
    return false;
  }

  /** Shows a sign of life, and throws LeaseLost if it is another's: in the work's transaction. */
  async keep(tx: Transaction): Promise<void> {
    const { name, holder, token } = { name: this.#name, holder: this.#holder, token: this.#token };
    const kept = token !== undefined && (await tx.first(countBeat, { name, holder, token }));
    if (!kept) throw new LeaseLost(`The lease of ${name} is another's.`);
  }

  /** Forgets it, once it is known to be lost. */
  forget(): void {
    this.#token = undefined;
  }

  /** Gives it back, so that the next one need not wait. */
  async release(): Promise<void> {
    const token = this.#token;
    if (token === undefined) return;
    this.#token = undefined;
    const lease = { name: this.#name, holder: this.#holder, token };
    await this.#database.write((tx) => tx.run(freeLease, lease));
  }
}
