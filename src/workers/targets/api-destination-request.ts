import type { ConnectionHttpParameters, HttpParameters } from '../../contracts/events.gen.ts';
import { parseJsonPath, valueAt } from '../../domain/event-rules/json-path.ts';
import type { EventEnvelope } from '../../domain/events/event-envelope.ts';
import { withExactNumbers } from '../../kernel/exact-json.ts';
import type { HttpMessage } from './http-request.ts';

/** What a request to an API destination is made of. */
export interface RequestParts {
  readonly endpoint: string;
  readonly method: string;
  /** Of the target. */
  readonly parameters: HttpParameters;
  /** Of the connection, whose parameters win. */
  readonly connection: ConnectionHttpParameters;
  /** What signs in to the endpoint. */
  readonly authorization: Readonly<Record<string, string>>;
  readonly event: EventEnvelope;
  readonly input: string;
}

/** Makes the request that an API destination gets (events.md section 5.3). */
export function destinationRequest(parts: RequestParts): HttpMessage {
  const { parameters, connection, method } = parts;
  const hasBody = method !== 'GET' && method !== 'HEAD';
  return {
    method,
    url: urlOf(parts),
    headers: {
      ...merged(
        { 'Content-Type': 'application/json; charset=utf-8' },
        resolved(parameters.HeaderParameters, parts.event),
        listed(connection.HeaderParameters),
        parts.authorization,
      ),
      'User-Agent': 'Amazon/EventBridge/ApiDestinations',
      Range: 'bytes=0-1048575',
      'Accept-Encoding': 'gzip,deflate',
    },
    ...(hasBody && { body: bodyOf(parts) }),
    closes: true,
  };
}

/** Nobody's parameters say these: how a message is framed, by what and from whom it comes. */
const ownHeaders: ReadonlySet<string> = new Set(
  (
    'a-im accept-charset accept-datetime accept-encoding cache-control connection ' +
    'content-encoding content-length content-md5 date expect forwarded from host http2-settings ' +
    'if-match if-modified-since if-none-match if-range if-unmodified-since keep-alive ' +
    'max-forwards origin pragma proxy-authorization proxy-connection range referer te trailer ' +
    'transfer-encoding upgrade user-agent via warning'
  ).split(' '),
);

/** Headers of several, the later ones in the place of the earlier, whatever their case. */
function merged(...all: readonly Readonly<Record<string, string>>[]): Record<string, string> {
  const byKey = new Map<string, readonly [name: string, value: string]>();
  for (const headers of all) {
    for (const [name, value] of Object.entries(headers)) {
      const key = name.toLowerCase();
      if (!ownHeaders.has(key)) byKey.set(key, [name, value]);
    }
  }
  return Object.fromEntries(byKey.values());
}

function urlOf({ endpoint, parameters, connection, event }: RequestParts): URL {
  const values = (parameters.PathParameterValues ?? []).map((value) => resolve(value, event));
  const whole = endpoint.replaceAll('*', () => {
    const value = values.shift();
    return value === undefined ? '*' : segmentOf(value);
  });
  const url = new URL(whole);
  const query = {
    ...resolved(parameters.QueryStringParameters, event),
    ...listed(connection.QueryStringParameters),
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}

/** Of dots alone, URLs make a way out of the path that the endpoint is meant to be under. */
function segmentOf(value: string): string {
  const isWay = value === '.' || value === '..';
  return isWay ? value.replaceAll('.', '%252E') : encodeURIComponent(value);
}

function bodyOf({ input, connection }: RequestParts): string {
  const added = listed(connection.BodyParameters);
  if (Object.keys(added).length === 0) return input;
  const body = parseJson(input);
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  return isObject ? JSON.stringify({ ...body, ...added }) : input;
}

function parseJson(text: string): unknown {
  try {
    return withExactNumbers(JSON.parse(text) as unknown, text);
  } catch {
    return undefined;
  }
}

/** Key and value of each of a connection's parameters. */
export function listed(
  list: readonly { readonly Key?: string; readonly Value?: string }[] = [],
): Record<string, string> {
  return Object.fromEntries(list.map(({ Key = '', Value = '' }) => [Key, Value]));
}

function resolved(
  parameters: Readonly<Record<string, string>> = {},
  event: EventEnvelope,
): Record<string, string> {
  const entries = Object.entries(parameters);
  return Object.fromEntries(entries.map(([name, value]) => [name, resolve(value, event)]));
}

/** A target's parameter may name a place in the event (`$.detail.id`). */
function resolve(text: string, event: EventEnvelope): string {
  const path = parseJsonPath(text);
  if (!path) return text;
  const value = valueAt(event, path);
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
