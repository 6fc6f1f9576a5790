import { readEventRevision } from '../domain/event-rules/event-revision-store.ts';
import { findRuleById } from '../domain/event-rules/event-rule-store.ts';
import { findTarget } from '../domain/event-rules/event-target-store.ts';
import { limits } from '../kernel/limits.ts';
import type { Database } from '../store/database.ts';
import type { EventRuleRow } from '../store/event-tables.ts';
import type { TargetKey } from './delivery-lanes.ts';
import type { Invocation } from './targets/target.ts';

/** A target as it is now, and its rule. */
export interface BookedTarget {
  readonly rule: EventRuleRow;
  readonly target: Invocation['target'];
}

/** Targets as they are now: remembered until something is said to have changed. */
export class TargetBook {
  readonly #database: Database;
  readonly #held = new Map<string, Promise<BookedTarget | undefined>>();
  #revision: number | undefined;
  #askedAt = -Infinity;
  #asking: Promise<void> | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  /** A target, unless it or its rule is gone. */
  async find(key: TargetKey): Promise<BookedTarget | undefined> {
    if (performance.now() - this.#askedAt >= limits.targetsTrustedMilliseconds) {
      await (this.#asking ??= this.#ask().finally(() => (this.#asking = undefined)));
    }
    const name = `${key.rule_id} ${key.target_id}`;
    const held = this.#held.get(name);
    if (held) return held;
    const found = this.#read(key);
    this.#held.set(name, found);
    found.catch(() => this.#held.delete(name));
    return found;
  }

  async #ask(): Promise<void> {
    const askedAt = performance.now();
    const revision = await this.#database.read(readEventRevision);
    const isFull = this.#held.size > limits.targetsHeldMax;
    if (revision !== this.#revision || isFull) this.#held.clear();
    this.#revision = revision;
    this.#askedAt = askedAt;
  }

  async #read({
    rule_id: ruleId,
    target_id: targetId,
  }: TargetKey): Promise<BookedTarget | undefined> {
    const [rule, row] = await this.#database.read((tx) =>
      Promise.all([findRuleById(tx, ruleId), findTarget(tx, { ruleId, targetId })]),
    );
    if (!rule || !row) return undefined;
    return { rule, target: JSON.parse(row.document) as Invocation['target'] };
  }
}
