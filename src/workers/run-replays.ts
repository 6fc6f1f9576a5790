import { insertDelivery } from '../domain/deliveries/delivery-store.ts';
import type { LaneKey } from '../domain/deliveries/delivery-store.ts';
import { filterOf, isScheduled } from '../domain/event-archives/event-replay.ts';
import {
  findReplay,
  findRunningReplay,
  saveProgress,
} from '../domain/event-archives/event-replay-store.ts';
import { readReplayPage } from '../domain/event-archives/replay-page-store.ts';
import type { ReplayPage } from '../domain/event-archives/replay-page-store.ts';
import { readEventRevision } from '../domain/event-rules/event-revision-store.ts';
import { listEnabledRules } from '../domain/event-rules/event-rule-store.ts';
import type { RuleWithTargets } from '../domain/event-rules/event-rule-store.ts';
import { RouteTable } from '../domain/event-rules/route-table.ts';
import { ruleArn } from '../domain/event-rules/rule-arn.ts';
import { replayed } from '../domain/events/event-envelope.ts';
import type { LoggedEvent } from '../domain/events/bus-event-store.ts';
import { laneOf } from '../domain/events/event-lane.ts';
import type { Lease } from '../domain/leases/lease-store.ts';
import type { Clock } from '../kernel/clock.ts';
import { limits } from '../kernel/limits.ts';
import type { Database, Transaction } from '../store/database.ts';
import type { EventReplayRow } from '../store/event-tables.ts';

/** What a replayer works with. */
export interface ReplayerParts {
  readonly database: Database;
  readonly lease: Lease;
  readonly partition: string;
  readonly clock: Clock;
}

interface RulesInForce {
  readonly revision: number;
  readonly table: RouteTable<RuleWithTargets>;
}

interface ReplayedEvent {
  readonly event: LoggedEvent;
  readonly rules: readonly RuleWithTargets[];
}

/**
 * Sends what replays ask for to the rules that wait for it now, for who holds the lease. Each step
 * takes a few events of one replay, the replays in turn, so that new events never wait for long.
 * How far it has come is written down with the deliveries that it makes, so that none is lost or
 * made twice, whenever it is killed.
 */
export class Replayer {
  readonly #parts: ReplayerParts;
  #rules: RulesInForce | undefined;
  #lastId = 0;

  constructor(parts: ReplayerParts) {
    this.#parts = parts;
  }

  /** Whether a replay runs. */
  async hasWork(): Promise<boolean> {
    return (await this.#parts.database.read((tx) => findRunningReplay(tx, 0))) !== undefined;
  }

  /** Takes a step; answers which lanes got deliveries, and undefined when no replay runs. */
  async step(): Promise<readonly LaneKey[] | undefined> {
    const { database } = this.#parts;
    const page = await database.read((tx) =>
      readReplayPage(tx, this.#lastId, limits.replayedAtOnce),
    );
    if (!page) {
      this.#rules = undefined;
      return undefined;
    }
    this.#lastId = page.replay.id;
    const rules = await this.#rulesInForce();
    const replayed = page.events.map((event) => match(page.replay, event, rules.table));
    return database.write((tx) => this.#write(tx, page, rules.revision, replayed));
  }

  async #rulesInForce(): Promise<RulesInForce> {
    this.#rules ??= await this.#parts.database.read(async (tx) => {
      // First: what changes meanwhile is then read once more, not overlooked.
      const revision = await readEventRevision(tx);
      const rules = await listEnabledRules(tx);
      const items = rules.map((item) => ({ source: item.rule, item }));
      return { revision, table: new RouteTable(items, new Map(), () => undefined) };
    });
    return this.#rules;
  }

  async #write(
    tx: Transaction,
    { replay, progress }: ReplayPage,
    revision: number,
    replayed: readonly ReplayedEvent[],
  ): Promise<LaneKey[]> {
    const { lease, clock } = this.#parts;
    await lease.keep(tx);
    const key = { accountId: replay.account_id, region: replay.region, name: replay.name };
    const current = await findReplay(tx, key);
    if (current?.id !== replay.id || current.state !== replay.state) return [];
    if ((await readEventRevision(tx)) !== revision) {
      this.#rules = undefined;
      return [];
    }
    const now = clock.now();
    const lanes: LaneKey[] = [];
    for (const one of replayed) lanes.push(...(await this.#deliver(tx, replay, one, now)));
    const isEnd = progress.state !== 'RUNNING';
    await saveProgress(tx, { id: replay.id, ...progress, ended_at: isEnd ? now : null });
    return lanes;
  }

  async #deliver(
    tx: Transaction,
    replay: EventReplayRow,
    { event, rules }: ReplayedEvent,
    now: number,
  ): Promise<LaneKey[]> {
    const filter = filterOf(replay);
    // Of its own, so that nothing new waits for what is old.
    const lane = `${laneOf(event.envelope)} replay ${replay.name}`;
    const lanes: LaneKey[] = [];
    for (const { rule, targets } of rules) {
      const arn = ruleArn(rule, this.#parts.partition);
      if (filter?.has(arn) === false) continue;
      for (const { target_id, arn: targetArn } of targets) {
        await insertDelivery(tx, {
          account_id: rule.account_id,
          region: rule.region,
          bus_event_id: event.id,
          rule_id: rule.id,
          rule_arn: arn,
          target_id,
          target_arn: targetArn,
          lane,
          replay_name: replay.name,
          created_at: now,
        });
        lanes.push({ rule_id: rule.id, target_id, lane });
      }
    }
    return lanes;
  }
}

/** Rules see that it is a replay; the event of a schedule is its own rule's alone. */
function match(
  replay: EventReplayRow,
  event: LoggedEvent,
  table: RouteTable<RuleWithTargets>,
): ReplayedEvent {
  const { envelope } = event;
  if (isScheduled(envelope)) return { event, rules: [] };
  return { event, rules: table.waitingFor(replay, replayed(envelope, replay.name)) };
}
