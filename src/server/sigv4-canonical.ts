import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** A request as it came over the wire; a character of its strings is one byte, as Node reads it. */
export interface SignedRequest {
  readonly method: string;
  /** As received, without the query. */
  readonly path: string;
  /** As received, without the question mark. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  /** Asked only for headers that may have been repeated, so a lazy getter stays unread. */
  readonly headersDistinct: NodeJS.Dict<string[]>;
  readonly body: Buffer;
}

/** The algorithm we speak; the SigV4A one and its like are refused. */
export const algorithm = 'AWS4-HMAC-SHA256';

const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const unreserved = /[A-Za-z0-9\-_.~]/;
const reservedInQuery = /%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-_.~]/g;
const reservedInPath = /[^A-Za-z0-9\-_.~/]/g;
const reservedInKey = /%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-_.~/]/g;
const unevenSpace = /^[ \t]|[ \t]$|\t|  /;

const encodedBytes = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  if (unreserved.test(character)) return character;
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
});

/** The body's SHA-256 in hex. */
export function bodyHash(body: Buffer): string {
  return body.length === 0 ? emptyHash : hash('sha256', body, 'hex');
}

/**
 * The parameters of a raw query, names and values in the one percent-encoding that is canonical,
 * in the order received; a bare `k` has the empty value.
 */
export function readParameters(query: string): [name: string, value: string][] {
  if (query === '') return [];
  const parts = query.split('&').filter((part) => part !== '');
  return parts.map((part) => {
    const end = part.indexOf('=');
    if (end < 0) return [reencode(part), ''];
    return [reencode(part.slice(0, end)), reencode(part.slice(end + 1))];
  });
}

/** The request as both sides of the signature write it down (identity.md 1.2). */
export function canonicalRequest(
  request: SignedRequest,
  service: string,
  signedHeaders: readonly string[],
  payloadHash: string,
): string {
  let headers = '';
  for (const name of signedHeaders) headers += `${name}:${canonicalHeader(request, name)}\n`;
  const uri = service === 's3' ? objectUri(request.path) : canonicalUri(request.path);
  const query = canonicalQuery(request.query);
  const names = signedHeaders.join(';');
  return `${request.method}\n${uri}\n${query}\n${headers}\n${names}\n${payloadHash}`;
}

/** What the signing key signs. */
export function stringToSign(timestamp: string, scope: string, canonical: string): string {
  // Header values are bytes in Node's one-byte characters; hashing them as UTF-8 would change them.
  const canonicalHash = hash('sha256', Buffer.from(canonical, 'latin1'), 'hex');
  return `${algorithm}\n${timestamp}\n${scope}\n${canonicalHash}`;
}

function canonicalUri(path: string): string {
  if (path === '/' || path === '') return '/';
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  const start = path.startsWith('/') ? '/' : '';
  const end = path.endsWith('/') && segments.length > 0 ? '/' : '';
  return `${start}${segments.join('/')}${end}`.replace(reservedInPath, encodeByte);
}

/** S3 keys may hold `//` and `..`, so its paths are not normalised and are encoded only once. */
function objectUri(path: string): string {
  if (path === '') return '/';
  return path.replace(reservedInKey, reencodeByte);
}

function canonicalQuery(query: string): string {
  const parameters = readParameters(query).filter(([name]) => name !== 'X-Amz-Signature');
  parameters.sort((one, other) => compare(one[0], other[0]) || compare(one[1], other[1]));
  return parameters.map(([name, value]) => `${name}=${value}`).join('&');
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** An absent header counts as an empty one; the name is the caller's and may be `constructor`. */
function canonicalHeader(request: SignedRequest, name: string): string {
  const value: unknown = request.headers[name];
  if (typeof value !== 'string') return Array.isArray(value) ? value.map(evenSpace).join(',') : '';
  // Node joins repeated headers with ', ' where AWS joins with ','.
  if (!value.includes(', ')) return evenSpace(value);
  return (request.headersDistinct[name] ?? [value]).map(evenSpace).join(',');
}

function evenSpace(value: string): string {
  if (!unevenSpace.test(value)) return value;
  return value.replace(/[ \t]+/g, ' ').replace(/^ | $/g, '');
}

/** One percent-encoding for all that mean the same; a plus is a space, as in forms. */
function reencode(text: string): string {
  return text.replace(reservedInQuery, (match) => (match === '+' ? '%20' : reencodeByte(match)));
}

function reencodeByte(match: string): string {
  if (match.length === 1) return encodeByte(match);
  return encodedBytes[Number.parseInt(match.slice(1), 16)]!;
}

function encodeByte(character: string): string {
  return encodedBytes[character.charCodeAt(0) & 0xff]!;
}
