import { ConfigError } from './config-values.ts';

/** Which requests are traced. */
export interface TraceSampler {
  /** Whether a caller's own decision holds where it states one. */
  readonly followsParent: boolean;
  /** The share of the others that is traced, from 0 to 1. */
  readonly ratio: number;
}

/** Where traces go, from the variables that OpenTelemetry has standardized. */
export interface TraceSettings {
  /** May hold a password. */
  readonly url: string;
  readonly format: 'json' | 'protobuf';
  readonly attributes: Readonly<Record<string, string>>;
  readonly sampler: TraceSampler;
  /** Spans are sent together, so often and so many at once; beyond the queue they are dropped. */
  readonly batch: {
    readonly milliseconds: number;
    readonly spansMax: number;
    readonly queueSpansMax: number;
  };
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the variables; undefined when none asks for traces. OpenTelemetry's exporter itself reads
 * those about headers, time limit, compression and certificates.
 */
export function readTraceSettings(environment: Environment): TraceSettings | undefined {
  const read = (name: string): string | undefined => environment[name]?.trim() || undefined;
  if (read('OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return undefined;
  const exporter = read('OTEL_TRACES_EXPORTER');
  if (exporter === 'none') return undefined;
  if (exporter !== undefined && exporter !== 'otlp') {
    throw new ConfigError(`OTEL_TRACES_EXPORTER must be otlp or none, not '${exporter}'.`);
  }
  const url = readUrl(read, exporter === 'otlp');
  if (url === undefined) return undefined;
  const attributes = readAttributes(read('OTEL_RESOURCE_ATTRIBUTES'));
  const service = read('OTEL_SERVICE_NAME') ?? attributes['service.name'] ?? 'imprimatur';
  return {
    url,
    format: readFormat(read),
    attributes: { ...attributes, 'service.name': service },
    sampler: readSampler(read),
    batch: {
      milliseconds: readNumber(read, 'OTEL_BSP_SCHEDULE_DELAY', 5_000),
      spansMax: readNumber(read, 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE', 512),
      queueSpansMax: readNumber(read, 'OTEL_BSP_MAX_QUEUE_SIZE', 2_048),
    },
  };
}

type Read = (name: string) => string | undefined;

function readUrl(read: Read, isWanted: boolean): string | undefined {
  const own = read('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT');
  const common = read('OTEL_EXPORTER_OTLP_ENDPOINT') ?? (isWanted ? standardEndpoint : undefined);
  const text = own ?? (common === undefined ? undefined : `${common.replace(/\/$/, '')}/v1/traces`);
  if (text === undefined) return undefined;
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? '')) return text;
  const name =
    own === undefined ? 'OTEL_EXPORTER_OTLP_ENDPOINT' : 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT';
  throw new ConfigError(`${name} must be a URL of http or https.`);
}

/** Where a collector on the same machine listens. */
const standardEndpoint = 'http://localhost:4318';

function readFormat(read: Read): TraceSettings['format'] {
  const protocol =
    read('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL') ?? read('OTEL_EXPORTER_OTLP_PROTOCOL');
  if (protocol === undefined || protocol === 'http/protobuf') return 'protobuf';
  if (protocol === 'http/json') return 'json';
  throw new ConfigError(
    `OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf or http/json, not '${protocol}'.`,
  );
}

/** `a=b,c=d`, percent-encoded as in W3C baggage. */
function readAttributes(text = ''): Record<string, string> {
  const pairs = text.split(',').filter((pair) => pair.trim() !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', value] = pair.split(/=(.*)/s, 2).map((half) => half.trim());
      if (name === '' || value === undefined) {
        throw new ConfigError('OTEL_RESOURCE_ATTRIBUTES must be name=value pairs with commas.');
      }
      try {
        return [decodeURIComponent(name), decodeURIComponent(value)];
      } catch {
        return [name, value];
      }
    }),
  );
}

function readSampler(read: Read): TraceSampler {
  const name = read('OTEL_TRACES_SAMPLER') ?? 'parentbased_always_on';
  const followsParent = name.startsWith('parentbased_');
  switch (name.replace(/^parentbased_/, '')) {
    case 'always_on':
      return { followsParent, ratio: 1 };
    case 'always_off':
      return { followsParent, ratio: 0 };
    case 'traceidratio':
      return { followsParent, ratio: readRatio(read('OTEL_TRACES_SAMPLER_ARG') ?? '1') };
    default:
      throw new ConfigError(
        'OTEL_TRACES_SAMPLER must be always_on, always_off or traceidratio, also with ' +
          `parentbased_ before it, not '${name}'.`,
      );
  }
}

function readRatio(text: string): number {
  const ratio = Number(text);
  if (ratio >= 0 && ratio <= 1) return ratio;
  throw new ConfigError(`OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1, not '${text}'.`);
}

function readNumber(read: Read, name: string, fallback: number): number {
  const text = read(name);
  if (text === undefined) return fallback;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new ConfigError(`${name} must be a whole number above 0, not '${text}'.`);
}
