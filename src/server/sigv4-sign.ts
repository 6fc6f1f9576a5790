import { algorithm, bodyHash, canonicalRequest, stringToSign } from './sigv4-canonical.ts';
import { deriveSigningKey, SigningKeyCache, type SigningKey } from './sigv4-key.ts';
import { formatTimestamp } from './sigv4-timestamp.ts';

/** Who signs. */
export interface SigningCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** A request about to be sent. */
export interface UnsignedRequest {
  readonly method: string;
  /** As it goes over the wire, without the query. */
  readonly path: string;
  /** As it goes over the wire, without the question mark. */
  readonly query: string;
  /** With `host`; names in any case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly credentials: SigningCredentials;
  readonly region: string;
  readonly service: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Proxies and HTTP libraries may change these on the way (identity.md 1.2). */
const neverSigned = new Set([
  'authorization',
  'connection',
  'expect',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'x-amzn-trace-id',
]);

const signingKeys = new SigningKeyCache();

/** The headers that make a request a signed one; the caller adds them to its own. */
export function signRequest(request: UnsignedRequest): Record<string, string> {
  const { credentials, region, service, body } = request;
  const timestamp = formatTimestamp(request.now);
  const added: Record<string, string> = { 'x-amz-date': timestamp };
  if (credentials.sessionToken !== undefined) {
    added['x-amz-security-token'] = credentials.sessionToken;
  }
  const headers = lowerCased(request.headers);
  const payloadHash = headers['x-amz-content-sha256'] ?? bodyHash(body);
  if (service === 's3') added['x-amz-content-sha256'] = payloadHash;
  Object.assign(headers, added);

  const signedHeaders = Object.keys(headers).filter(isSignable).sort();
  const wire = { ...request, headers, headersDistinct: {} };
  const canonical = canonicalRequest(wire, service, signedHeaders, payloadHash);
  const scope = `${timestamp.slice(0, 8)}/${region}/${service}/aws4_request`;
  const credential = `${credentials.accessKeyId}/${scope}`;
  const key = signingKeyOf(credential, scope, credentials.secretAccessKey);
  const text = stringToSign(timestamp, scope, canonical);
  const signature = key.sign(text);
  const names = `SignedHeaders=${signedHeaders.join(';')}`;
  added['authorization'] =
    `${algorithm} Credential=${credential}, ${names}, Signature=${signature}`;
  return added;
}

function signingKeyOf(credential: string, scope: string, secretAccessKey: string): SigningKey {
  const kept = signingKeys.find(credential, secretAccessKey);
  if (kept !== undefined) return kept;
  const key = deriveSigningKey(secretAccessKey, scope);
  signingKeys.keep(credential, secretAccessKey, key);
  return key;
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return Object.fromEntries(entries) as Record<string, string>;
}

function isSignable(name: string): boolean {
  return !neverSigned.has(name) && !name.startsWith('proxy-');
}
