import { setImmediate as turn } from 'node:timers/promises';
import { insertDelivery } from '../domain/deliveries/delivery-store.ts';
import type { LaneKey } from '../domain/deliveries/delivery-store.ts';
import { archiveEvents } from '../domain/event-archives/archived-event-store.ts';
import { listArchives } from '../domain/event-archives/event-archive-store.ts';
import { readEventRevision } from '../domain/event-rules/event-revision-store.ts';
import { listEnabledRules } from '../domain/event-rules/event-rule-store.ts';
import type { RuleWithTargets } from '../domain/event-rules/event-rule-store.ts';
import { RouteTable } from '../domain/event-rules/route-table.ts';
import { ruleArn } from '../domain/event-rules/rule-arn.ts';
import { findNewestEventId, insertBusEvent } from '../domain/events/bus-event-store.ts';
import type { LoggedEvent } from '../domain/events/bus-event-store.ts';
import { laneOf } from '../domain/events/event-lane.ts';
import { listOutbox, outboxEvents, removeFromOutbox } from '../domain/events/outbox-store.ts';
import type { OutboxEntry, OutboxEvent } from '../domain/events/outbox-store.ts';
import type { Lease } from '../domain/leases/lease-store.ts';
import type { Clock } from '../kernel/clock.ts';
import { limits } from '../kernel/limits.ts';
import type { Log } from '../kernel/log.ts';
import type { Database, Transaction } from '../store/database.ts';
import type { ArchivedEventRow, EventArchiveRow } from '../store/event-tables.ts';

/** What a router works with. */
export interface RouterParts {
  readonly database: Database;
  readonly lease: Lease;
  readonly partition: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** What a step of routing did. */
export interface Routed {
  /** The events in the order of the log. */
  readonly events: readonly LoggedEvent[];
  /** What got deliveries by them. */
  readonly lanes: readonly LaneKey[];
  /** Whether the outbox held no more. */
  readonly isAll: boolean;
}

/** What waits for events of a pattern. */
interface Waiting {
  readonly rule?: RuleWithTargets;
  readonly archive?: EventArchiveRow;
}

interface Route {
  readonly event: OutboxEvent;
  readonly waiting: readonly Waiting[];
}

/** Thrown in a step's transaction when the rules are not those that it was prepared with. */
class RulesChanged extends Error {}

/**
 * Takes events from the outbox to their place in the log and to whoever waits for them; for who
 * holds the lease. Events are read and matched outside the transaction that does it, so that no
 * write waits for a pattern.
 */
export class EventRouter {
  readonly #parts: RouterParts;
  #table: RouteTable<Waiting> = new RouteTable([], new Map(), () => undefined);
  #revision: number | undefined;

  constructor(parts: RouterParts) {
    this.#parts = parts;
  }

  /** Routes what waits longest; undefined when nothing waits. */
  async route(): Promise<Routed | undefined> {
    const { database } = this.#parts;
    const entries = await database.read((tx) => listOutbox(tx, limits.routedAtOnce));
    if (entries.length === 0) return undefined;
    const events = entries.flatMap((entry) => this.#eventsOf(entry));
    for (;;) {
      const routes = await this.#match(events);
      try {
        return {
          ...(await database.write((tx) => this.#write(tx, entries, routes))),
          isAll: entries.length < limits.routedAtOnce,
        };
      } catch (error) {
        if (!(error instanceof RulesChanged)) throw error;
        this.#revision = undefined;
      }
    }
  }

  /** One that cannot be read is left out: it must not hold up all others for ever. */
  #eventsOf(entry: OutboxEntry): OutboxEvent[] {
    try {
      return outboxEvents(entry);
    } catch (error) {
      const { journal_seq: seq } = entry;
      this.#parts.log.error({ seq, problem: (error as Error).message }, 'an event is unreadable');
      return [];
    }
  }

  async #match(events: readonly OutboxEvent[]): Promise<Route[]> {
    if (this.#revision === undefined) await this.#readRules();
    const routes: Route[] = [];
    let since = performance.now();
    for (const event of events) {
      routes.push({ event, waiting: this.#table.waitingFor(event, event.envelope) });
      if (performance.now() - since < limits.routingTurnMilliseconds) continue;
      await turn();
      since = performance.now();
    }
    return routes;
  }

  async #readRules(): Promise<void> {
    const { database, log } = this.#parts;
    const [revision, rules, archives] = await database.read(async (tx) => [
      // First: what changes meanwhile is then read once more, not overlooked.
      await readEventRevision(tx),
      await listEnabledRules(tx),
      await listArchives(tx),
    ]);
    this.#table = new RouteTable<Waiting>(
      [
        ...rules.map((rule) => ({ source: rule.rule, item: { rule } })),
        ...archives.map((archive) => ({ source: archive, item: { archive } })),
      ],
      this.#table.patterns,
      ({ bus_name: bus }, error) => {
        log.error({ bus, problem: (error as Error).message }, 'a pattern is not understood');
      },
    );
    this.#revision = revision;
  }

  async #write(
    tx: Transaction,
    entries: readonly OutboxEntry[],
    routes: readonly Route[],
  ): Promise<Omit<Routed, 'isAll'>> {
    const { lease, clock } = this.#parts;
    const [, revision, newest] = await Promise.all([
      lease.keep(tx),
      readEventRevision(tx),
      findNewestEventId(tx),
    ]);
    if (revision !== this.#revision) throw new RulesChanged();
    const now = clock.now();
    const lanes = new Map<string, LaneKey>();
    const events: LoggedEvent[] = [];
    const archived: ArchivedEventRow[] = [];
    for (const [index, route] of routes.entries()) {
      const event = await this.#log(tx, route.event, newest + 1 + index, now);
      events.push(event);
      for (const { rule, archive } of route.waiting) {
        if (archive) archived.push(archivedEvent(archive, event));
        if (rule) await this.#deliver(tx, event, rule, lanes);
      }
    }
    await archiveEvents(tx, archived);
    for (const { id } of entries) await removeFromOutbox(tx, id);
    return { events, lanes: [...lanes.values()] };
  }

  async #log(tx: Transaction, event: OutboxEvent, id: number, now: number): Promise<LoggedEvent> {
    const { envelope, journal_index, entry, account_id, region, bus_name } = event;
    const text = entry.body ?? JSON.stringify(envelope);
    await insertBusEvent(tx, {
      id,
      event_id: envelope.id,
      account_id,
      region,
      bus_name,
      at: Date.parse(envelope.time),
      ingested_at: now,
      hops: entry.hops,
      journal_seq: entry.journal_seq,
      journal_index,
      body: entry.body,
    });
    return {
      id,
      accountId: account_id,
      region,
      busName: bus_name,
      ingestedAt: now,
      hops: entry.hops,
      envelope,
      text,
    };
  }

  async #deliver(
    tx: Transaction,
    event: LoggedEvent,
    { rule, targets }: RuleWithTargets,
    lanes: Map<string, LaneKey>,
  ): Promise<void> {
    const lane = laneOf(event.envelope);
    for (const { target_id, arn } of targets) {
      await insertDelivery(tx, {
        account_id: rule.account_id,
        region: rule.region,
        bus_event_id: event.id,
        rule_id: rule.id,
        rule_arn: ruleArn(rule, this.#parts.partition),
        target_id,
        target_arn: arn,
        lane,
        replay_name: null,
        created_at: event.ingestedAt,
      });
      lanes.set(`${rule.id} ${target_id} ${lane}`, { rule_id: rule.id, target_id, lane });
    }
  }
}

function archivedEvent({ id }: EventArchiveRow, event: LoggedEvent): ArchivedEventRow {
  return {
    archive_id: id,
    bus_event_id: event.id,
    at: Date.parse(event.envelope.time),
    size_bytes: Buffer.byteLength(event.text),
  };
}
