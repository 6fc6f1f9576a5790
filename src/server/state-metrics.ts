import type { App } from '../app.ts';
import type { SealLag } from '../domain/sealing/seal-lag-store.ts';
import type { HttpServer } from './http.ts';
import type { Metrics } from './metrics.ts';
import type { Readiness } from './readiness.ts';
import type { RequestWatch } from './request-watch.ts';
import type { TlsFiles } from './tls-files.ts';

/** Whose state is told. */
export interface StateParts {
  /** How far sealing is behind; fails when the database cannot answer. */
  readonly sealLag: () => Promise<SealLag>;
  /** How many entries were removed from the journal on purpose. */
  readonly prunedEntries: () => Promise<number>;
  readonly readiness: Readiness;
  readonly watch: RequestWatch;
  readonly main: HttpServer;
  readonly tls: TlsFiles | undefined;
  readonly reads: App['reads'];
  readonly streams: Pick<App['streams'], 'open'>;
  readonly version: string;
}

/** Adds the gauges of how the server and its database are at the moment. */
export function addStateMetrics(metrics: Metrics, parts: StateParts): void {
  const { readiness, watch, main, tls, reads, streams, version } = parts;
  metrics.addGauges(
    {
      name: 'imprimatur_build_info',
      help: 'Always 1; its label is the version.',
      label: 'version',
    },
    () => [[version, 1]],
  );
  metrics.addGauge('imprimatur_ready', 'Whether /readyz succeeds (1) or not (0).', async () =>
    (await readiness.check()) === undefined ? 1 : 0,
  );
  metrics.addGauge(
    'imprimatur_requests_in_flight',
    'Requests that have come and are not answered yet.',
    () => watch.inFlight,
  );
  metrics.addGauge(
    'imprimatur_connections',
    'Connections open on the port of the API.',
    () => main.openConnections,
  );
  metrics.addGauge(
    'imprimatur_event_streams',
    'Live streams of events that clients listen to.',
    () => streams.open,
  );
  metrics.addCounters(
    {
      name: 'imprimatur_read_records_total',
      help: 'Reads by what became of their records: recorded, omitted as too many, lost.',
      label: 'outcome',
    },
    () => Object.entries(reads.counts),
  );
  addDatabaseMetrics(metrics, readiness);
  addSealMetrics(metrics, parts);
  if (tls) addTlsMetrics(metrics, tls);
}

function addDatabaseMetrics(metrics: Metrics, readiness: Readiness): void {
  const status = () => readiness.databaseStatus();
  metrics.addGauge(
    'imprimatur_database_up',
    'Whether the database answers in time (1) or not (0).',
    async () => ((await status()) ? 1 : 0),
  );
  metrics.addGauge(
    'imprimatur_database_bytes',
    'Size of all that is stored.',
    async () => (await status())?.bytes,
  );
  metrics.addGauges(
    {
      name: 'imprimatur_database_connections',
      help: 'Connections of the pool to PostgreSQL, by state.',
      label: 'state',
    },
    async () => {
      const connections = (await status())?.connections;
      if (!connections) return [];
      const { open, idle } = connections;
      return [
        ['idle', idle],
        ['busy', open - idle],
      ];
    },
  );
  metrics.addGauge(
    'imprimatur_database_waiting_calls',
    'Calls that wait for a connection of the pool to PostgreSQL.',
    async () => (await status())?.connections?.waiting,
  );
}

/** A server without a database says nothing of sealing. */
function addSealMetrics(metrics: Metrics, parts: StateParts): void {
  const { readiness, sealLag, prunedEntries } = parts;
  const lag = async (): Promise<SealLag | undefined> =>
    (await readiness.databaseStatus()) && sealLag().catch(() => undefined);
  metrics.addGauge(
    'imprimatur_unsealed_entries',
    'Journal entries that are in no signed tree yet, counted up to 10,000.',
    async () => (await lag())?.entries,
  );
  metrics.addGauge(
    'imprimatur_seal_lag_seconds',
    'Age of the oldest journal entry that is in no signed tree yet; 0 when there is none.',
    async () => {
      const found = await lag();
      if (!found) return undefined;
      return found.oldestAt === undefined ? 0 : Math.max(0, Date.now() - found.oldestAt) / 1000;
    },
  );
  metrics.addGauge(
    'imprimatur_journal_pruned_entries',
    'Journal entries that were removed on purpose, by "imprimatur audit prune".',
    async () => (await readiness.databaseStatus()) && prunedEntries().catch(() => undefined),
  );
}

function addTlsMetrics(metrics: Metrics, tls: TlsFiles): void {
  metrics.addGauge(
    'imprimatur_tls_certificate_expiry_timestamp_seconds',
    'When the certificate in use ends, in seconds since 1970.',
    () => tls.expiresAt / 1000,
  );
  metrics.addGauge(
    'imprimatur_tls_reload_failed',
    'Whether the files of the certificate changed last to what cannot be used (1) or not (0).',
    () => (tls.lastReloadFailed ? 1 : 0),
  );
}
