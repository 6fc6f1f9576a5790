import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { RequestFacts } from './request-facts.ts';

/** How a call ended, as metrics and the access log tell it apart. */
export type Outcome = 'success' | 'refused' | 'throttled' | 'unavailable' | 'failed' | 'aborted';

/** The status that the access log gives a request whose sender went away (nginx's). */
export const abortedStatus = 499;

/** What a status and an error's name say of a call. */
function outcomeOf(status: number, code: string | undefined): Outcome {
  if (status < 400) return 'success';
  if (status === abortedStatus) return 'aborted';
  if (code === 'ThrottlingException') return 'throttled';
  if (status < 500) return 'refused';
  return status === 503 ? 'unavailable' : 'failed';
}

/** From the fastest read in memory to the time limit of most clients. */
const durationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Gauges of the library that break Prometheus's naming rules, or mislead, and say little. */
const unwantedDefaults = [
  'process_heap_bytes',
  'nodejs_active_handles',
  'nodejs_active_handles_total',
  'nodejs_active_requests',
  'nodejs_active_requests_total',
  'nodejs_active_resources',
  'nodejs_active_resources_total',
  'nodejs_heap_space_size_total_bytes',
  'nodejs_heap_space_size_used_bytes',
  'nodejs_heap_space_size_available_bytes',
];

/** What a call without a known operation is counted under, so that nobody can make up labels. */
const unknown = 'unknown';

/** Calls that share all their labels. */
interface Series {
  readonly labels: Readonly<Record<'service' | 'operation' | 'outcome' | 'code', string>>;
  readonly duration: { observe(seconds: number): void };
  count: number;
}

type Reading<T> = T | Promise<T>;

/** The counts and times of this server, and whatever others add as gauges. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #series = new Map<string, Series>();
  readonly #durations = new Histogram({
    name: 'imprimatur_request_duration_seconds',
    help: 'Time from the first byte of a request to its answer, by operation and outcome.',
    labelNames: ['service', 'operation', 'outcome'],
    buckets: durationBuckets,
    registers: [this.#registry],
  });
  readonly #connectionsRefused = new Counter({
    name: 'imprimatur_connections_refused_total',
    help: 'Connections closed at once because too many were open, in all or from one source.',
    labelNames: ['limit'],
    registers: [this.#registry],
  });
  readonly #malformed = new Counter({
    name: 'imprimatur_malformed_requests_total',
    help: 'Connections that brought no valid HTTP request in time, by error code.',
    labelNames: ['code'],
    registers: [this.#registry],
  });

  constructor() {
    const requests = new Counter({
      name: 'imprimatur_requests_total',
      help: 'Requests answered, by operation, outcome and error code (empty on success).',
      labelNames: ['service', 'operation', 'outcome', 'code'],
      registers: [this.#registry],
      // Counted here and handed over when somebody asks: the library's way costs a request more.
      collect: () => {
        requests.reset();
        for (const { labels, count } of this.#series.values()) requests.inc(labels, count);
      },
    });
  }

  /** Counts a request that has been answered. */
  countRequest(facts: RequestFacts, status: number, seconds: number): void {
    const series = this.#seriesOf(facts, outcomeOf(status, facts.code));
    series.count += 1;
    series.duration.observe(seconds);
  }

  #seriesOf({ service = unknown, contract, code = '' }: RequestFacts, outcome: Outcome): Series {
    const operation = contract?.name ?? unknown;
    const key = `${service} ${operation} ${outcome} ${code}`;
    const known = this.#series.get(key);
    if (known) return known;
    const duration = this.#durations.labels({ service, operation, outcome });
    const labels = { service, operation, outcome, code };
    const series: Series = { labels, duration, count: 0 };
    this.#series.set(key, series);
    return series;
  }

  /** Counts a connection that one of the two limits closed. */
  countRefusedConnection(limit: 'all' | 'source'): void {
    this.#connectionsRefused.inc({ limit });
  }

  /** Counts what never became a request. */
  countMalformed(code: string): void {
    this.#malformed.inc({ code });
  }

  /** Adds a gauge that is read when somebody asks; without a value it is left out. */
  addGauge(name: string, help: string, read: () => Reading<number | undefined>): void {
    this.addGauges({ name, help, label: 'state' }, async () => {
      const value = await read();
      return value === undefined ? [] : [['', value]];
    });
  }

  /** Adds a gauge with a label; the empty one stands for none. */
  addGauges(
    { name, help, label }: { name: string; help: string; label: string },
    read: () => Reading<readonly (readonly [label: string, value: number])[]>,
  ): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [this.#registry],
      async collect() {
        const values = await read();
        gauge.reset();
        for (const [of, value] of values) gauge.set(of === '' ? {} : { [label]: of }, value);
      },
    });
  }

  /** Adds a counter that is kept elsewhere, by a label. */
  addCounters(
    { name, help, label }: { name: string; help: string; label: string },
    read: () => readonly (readonly [label: string, value: number])[],
  ): void {
    const counter: Counter = new Counter({
      name,
      help,
      labelNames: [label],
      registers: [this.#registry],
      collect() {
        counter.reset();
        for (const [of, value] of read()) counter.inc({ [label]: of }, value);
      },
    });
  }

  /** Adds what the process uses; once a process, as it observes the runtime from then on. */
  addProcess(): void {
    collectDefaultMetrics({ register: this.#registry });
    for (const name of unwantedDefaults) this.#registry.removeSingleMetric(name);
  }

  /** Everything in Prometheus's text format. */
  async render(): Promise<string> {
    return this.#registry.metrics();
  }

  /** The media type of `render`. */
  get contentType(): string {
    return this.#registry.contentType;
  }
}
