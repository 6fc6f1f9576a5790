import type { App } from '../app.ts';
import type { Config } from '../config.ts';
import { createAccessLog } from '../kernel/log.ts';
import type { AccessLog } from '../kernel/log.ts';
import { openTraces } from '../workers/export-traces.ts';
import { Health } from './health.ts';
import { listen } from './http.ts';
import type { HttpServer } from './http.ts';
import { Metrics } from './metrics.ts';
import { Readiness } from './readiness.ts';
import { RequestWatch } from './request-watch.ts';
import { closeServer, createServer, listening, onRequest } from './sockets.ts';
import { addEventMetrics } from './event-metrics.ts';
import { addStateMetrics } from './state-metrics.ts';
import { TlsFiles } from './tls-files.ts';

/** The product on its sockets. */
export interface OpenServer {
  readonly port: number;
  /** The operators' own port, where there is one. */
  readonly operationsPort: number | undefined;
  /** From then on the server is not ready and asks its clients to go, but still serves them. */
  drain(): void;
  /** Reads the certificate again, if there is one. */
  reload(): void;
  /** Finishes what is in flight and closes every socket. */
  close(): Promise<void>;
}

/** What belongs to the process rather than to a server in it. */
export interface ServerParts {
  readonly version: string;
  /** Whether the metrics include those of the process. */
  readonly ownsProcess: boolean;
  readonly accessLog?: AccessLog;
}

/** Opens the sockets that the configuration asks for; fails when one cannot be opened. */
export async function openServer(
  app: App,
  config: Config,
  { version, ownsProcess, accessLog = createAccessLog() }: ServerParts,
): Promise<OpenServer> {
  const metrics = new Metrics();
  if (ownsProcess) metrics.addProcess();
  const readiness = new Readiness(app);
  const tls = config.tls && new TlsFiles(config.tls, app.log);
  const traces = config.traces && (await openTraces(config.traces, version, app.log));
  const watch = new RequestWatch({
    metrics,
    traces,
    accessLog: config.accessLog ? accessLog : undefined,
  });
  const health = new Health({
    readiness,
    metrics,
    hasMetricsOnMainPort: config.operationsPort === undefined,
  });
  const operations = await openOperations(health, config);
  const parts = {
    newId: app.newId,
    log: app.log,
    corsOrigins: config.corsOrigins,
    connections: config.connections,
    ...{ tls, health, metrics, watch },
    handle: app.handle.bind(app),
  };
  const main = await listen(parts, config.host, config.port).catch(async (error: unknown) => {
    await operations?.close();
    throw error;
  });
  const { reads, streams } = app;
  const journal = { sealLag: () => app.sealLag(), prunedEntries: () => app.prunedEntries() };
  addStateMetrics(metrics, { readiness, ...journal, watch, main, tls, reads, streams, version });
  addEventMetrics(metrics, readiness, app);
  tls?.watch();
  app.startWorkers();
  return {
    port: main.port,
    operationsPort: operations?.port,
    drain: () => {
      readiness.drain();
      main.drain();
      app.streams.drain();
    },
    reload: () => tls?.reload(),
    close: async () => {
      readiness.drain();
      app.streams.drain();
      tls?.close();
      await main.close();
      await traces?.close();
      // Last: whoever watches the end sees it.
      await operations?.close();
    },
  };
}

/** The operators' own port: health and metrics, for whoever reaches it. */
async function openOperations(
  health: Health,
  { operationsHost, operationsPort }: Config,
): Promise<Pick<HttpServer, 'port' | 'close'> | undefined> {
  if (operationsPort === undefined) return undefined;
  const server = createServer();
  onRequest(server, (request, response) => {
    if (health.answers(request, response, 'operations')) return;
    response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' });
    response.end('There are /healthz, /readyz and /metrics.\n');
  });
  const port = await listening(server, operationsHost, operationsPort);
  return { port, close: () => closeServer(server) };
}
