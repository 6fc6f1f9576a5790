import type { IncomingMessage } from 'node:http';
import type * as OpenTelemetry from '@opentelemetry/api';
import type { Context, Span, TextMapGetter, Tracer } from '@opentelemetry/api';
import type * as Tracing from '@opentelemetry/sdk-trace';
import type { Sampler, SpanExporter } from '@opentelemetry/sdk-trace';
import type { TraceSampler, TraceSettings } from '../config-traces.ts';
import { limits } from '../kernel/limits.ts';
import type { Log } from '../kernel/log.ts';
import type { RequestFacts, RequestSpan } from '../server/request-facts.ts';
import type { Traces } from '../server/request-watch.ts';

type Api = typeof OpenTelemetry;
type Sdk = typeof Tracing;

/** Traces that are sent to a collector until they are closed. */
export interface ExportedTraces extends Traces {
  /** Sends what is left, within limits.traceFlushSecondsMax. */
  close(): Promise<void>;
}

/** Begins to send traces. OpenTelemetry is loaded here and nowhere else: most servers have none. */
export async function openTraces(
  settings: TraceSettings,
  version: string,
  log: Log,
): Promise<ExportedTraces> {
  const [api, sdk, core, resources, exporter] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/core'),
    import('@opentelemetry/resources'),
    openExporter(settings),
  ]);
  listenToProblems(api, log);
  const { milliseconds, spansMax, queueSpansMax } = settings.batch;
  const processor = new sdk.BatchSpanProcessor({
    exporter,
    scheduledDelayMillis: milliseconds,
    maxExportBatchSize: Math.min(spansMax, queueSpansMax),
    maxQueueSize: queueSpansMax,
  });
  const attributes = { 'service.version': version, ...settings.attributes };
  const provider = new sdk.TracerProvider({
    sampler: makeSampler(sdk, settings.sampler),
    resource: resources.resourceFromAttributes(attributes),
    spanProcessors: [processor],
  });
  const tracer = provider.getTracer('imprimatur', version);
  const propagator = new core.W3CTraceContextPropagator();
  return {
    begin: (request) => {
      const parent = propagator.extract(api.ROOT_CONTEXT, request.headers, headers);
      return new ExportedSpan(api, tracer, parent, request);
    },
    close: () => closeWithin(provider.shutdown(), log),
  };
}

async function openExporter({ url, format }: TraceSettings): Promise<SpanExporter> {
  const { OTLPTraceExporter } =
    format === 'json'
      ? await import('@opentelemetry/exporter-trace-otlp-http')
      : await import('@opentelemetry/exporter-trace-otlp-proto');
  return new OTLPTraceExporter({ url });
}

/** What OpenTelemetry has to complain of goes into the log, as text alone. */
function listenToProblems({ diag, DiagLogLevel }: Api, log: Log): void {
  const ignore = (): void => undefined;
  const warn = (problem: string): void => log.warn({ problem }, 'traces');
  diag.setLogger(
    { error: warn, warn, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}

function makeSampler(sdk: Sdk, { followsParent, ratio }: TraceSampler): Sampler {
  const root =
    ratio === 1
      ? new sdk.AlwaysOnSampler()
      : ratio === 0
        ? new sdk.AlwaysOffSampler()
        : new sdk.TraceIdRatioBasedSampler(ratio);
  return followsParent ? new sdk.ParentBasedSampler({ root }) : root;
}

const headers: TextMapGetter<IncomingMessage['headers']> = {
  keys: (carrier) => Object.keys(carrier),
  get: (carrier, name) => carrier[name],
};

/** A request and its steps; names and attributes are those of OpenTelemetry's conventions. */
class ExportedSpan implements RequestSpan {
  readonly #api: Api;
  readonly #tracer: Tracer;
  readonly #span: Span;
  readonly #context: Context;
  #step: Span | undefined;

  constructor(api: Api, tracer: Tracer, parent: Context, request: IncomingMessage) {
    this.#api = api;
    this.#tracer = tracer;
    const attributes = {
      'http.request.method': request.method ?? '',
      'url.path': (request.url ?? '').split('?', 1)[0]!.slice(0, limits.echoCharactersMax),
    };
    const kind = api.SpanKind.SERVER;
    this.#span = tracer.startSpan(request.method ?? 'HTTP', { kind, attributes }, parent);
    this.#context = api.trace.setSpan(parent, this.#span);
  }

  get traceId(): string {
    return this.#span.spanContext().traceId;
  }

  step(name: string): void {
    this.#step?.end();
    this.#step = this.#tracer.startSpan(name, {}, this.#context);
  }

  end(facts: RequestFacts, status: number): void {
    this.#step?.end();
    const span = this.#span;
    const { contract, code } = facts;
    if (contract) {
      const { targetPrefix: service = contract.service.data.name } = contract.service.data;
      span.updateName(`${service}/${contract.name}`);
      span.setAttributes({ 'rpc.service': service, 'rpc.method': contract.name });
    }
    span.setAttributes({
      'rpc.system': 'aws-api',
      'aws.request_id': facts.requestId,
      'client.address': facts.sourceIp,
      'http.response.status_code': status,
    });
    if (facts.principalArn !== undefined) span.setAttribute('enduser.id', facts.principalArn);
    if (code !== undefined) span.setAttribute('error.type', code);
    // What a caller does wrong is no error of a server (HTTP's conventions say the same).
    if (status >= 500) span.setStatus({ code: this.#api.SpanStatusCode.ERROR });
    span.end();
  }
}

async function closeWithin(closing: Promise<void>, log: Log): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const patience = setTimeout(resolve, limits.traceFlushSecondsMax * 1000);
  const closed = closing.catch((error: unknown) => {
    log.warn({ problem: (error as Error).message }, 'traces');
  });
  await Promise.race([closed, late]);
  clearTimeout(patience);
}
