import type { App } from '../app.ts';
import type { EventLag } from '../domain/events/event-lag-store.ts';
import type { Metrics } from './metrics.ts';
import type { Readiness } from './readiness.ts';

/** Adds how far the work on events is behind; a server without a database says nothing of it. */
export function addEventMetrics(
  metrics: Metrics,
  readiness: Readiness,
  { eventLag, events }: Pick<App, 'eventLag' | 'events'>,
): void {
  let asked: Promise<EventLag | undefined> | undefined;
  const ask = async (): Promise<EventLag | undefined> =>
    (await readiness.databaseStatus()) && eventLag().catch(() => undefined);
  // The gauges are asked at once, and share one answer.
  const lag = (): Promise<EventLag | undefined> =>
    (asked ??= ask().finally(() => (asked = undefined)));
  metrics.addGauge(
    'imprimatur_unrouted_events',
    'Changes and events that have no place on their bus yet, counted up to 10,000.',
    async () => (await lag())?.unrouted,
  );
  metrics.addGauge(
    'imprimatur_event_lag_seconds',
    'Age of the oldest of them; 0 when there is none.',
    async () => secondsSince(await lag(), 'unroutedSince'),
  );
  metrics.addGauge(
    'imprimatur_pending_deliveries',
    'Deliveries of events that have not ended, counted up to 10,000.',
    async () => (await lag())?.pending,
  );
  metrics.addGauge(
    'imprimatur_delivery_lag_seconds',
    'Age of the oldest of those that were counted; 0 when there is none.',
    async () => secondsSince(await lag(), 'pendingSince'),
  );
  metrics.addCounters(
    {
      name: 'imprimatur_delivery_attempts_total',
      help: 'Tries to deliver an event by what came of them, on this server.',
      label: 'outcome',
    },
    () => {
      const { deadLettered: dead_lettered, ...others } = events.counts;
      return Object.entries({ ...others, dead_lettered });
    },
  );
}

function secondsSince(
  lag: EventLag | undefined,
  since: 'pendingSince' | 'unroutedSince',
): number | undefined {
  const at = lag?.[since];
  if (!lag) return undefined;
  return at === undefined ? 0 : Math.max(0, Date.now() - at) / 1000;
}
