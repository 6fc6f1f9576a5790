import { hash } from 'node:crypto';
import { limits } from '../kernel/limits.ts';
import { rememberLast } from '../domain/access/remember-last.ts';
import { algorithm, readParameters, type SignedRequest } from './sigv4-canonical.ts';
import { findPreamble, rememberPreamble, signatureCharacters } from './sigv4-preamble.ts';
import { quoted, refuseSignature } from './sigv4-refusal.ts';
import { httpDateToBasic, readTimestamp } from './sigv4-timestamp.ts';

/** A signature as the caller presents it: well formed, not yet believed. */
export interface PresentedSignature {
  readonly form: 'header' | 'query';
  /** `<access key id>/<date>/<region>/<service>/<terminator>`. */
  readonly credential: string;
  readonly accessKeyId: string;
  /** `YYYYMMDD`. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly terminator: string;
  /** When it was signed, as written (`20260304T091527Z`) and in epoch milliseconds. */
  readonly timestamp: string;
  readonly time: number;
  /** Seconds a presigned request stays valid, if it says so. */
  readonly expiresSeconds: number | undefined;
  /** In lower case and sorted. */
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly sessionToken: string | undefined;
  /** The body's hash as the caller declares it (`x-amz-content-sha256`). */
  readonly contentHash: string | undefined;
}

/** The parts of either form, as texts; an absent one is empty. */
interface SignatureParts {
  form: 'header' | 'query';
  credential: string;
  signedHeaders: string;
  signature: string;
  timestamp: string;
  expires: string | undefined;
  sessionToken: string | undefined;
  contentHash: string | undefined;
}

const headerNames = /^[A-Za-z0-9!#$%&'*+.^_`|~;-]+$/;
const tellingParameters = ['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Signature'];
const readTime = rememberLast(readTimestamp);
const requiredParameters = [...tellingParameters, 'X-Amz-SignedHeaders', 'X-Amz-Date'];

/** Reads the signature of a request from its Authorization header or its query (presigned). */
export function readCredential(request: SignedRequest): PresentedSignature {
  const authorization = request.headers.authorization;
  if (request.query === '') {
    return readAgain(request, authorization) ?? readAtFirst(request, authorization);
  }

  const parameters = readAmzParameters(request.query);
  const telling = tellingParameters.find((name) => parameters.has(name));
  if (telling === undefined) {
    const isVersion2 = authorization === undefined && parameters.has('AWSAccessKeyId');
    return isVersion2 ? refuseVersion2() : readParts(readHeader(request, authorization));
  }
  if (authorization !== undefined) {
    const places = `'${telling}' as a query-string param and 'Authorization' as HTTP header`;
    refuseSignature('incomplete', `Found both ${places}.`);
  }
  return readParts(readQuery(request, parameters));
}

/** Reads a header as SDKs write it, whose beginning was read before, only from the signature on. */
function readAgain(
  request: SignedRequest,
  authorization: string | undefined,
): PresentedSignature | undefined {
  const known = findPreamble(authorization);
  if (!known) return undefined;
  const timestamp = headerTimestamp(request);
  const time = readTime(timestamp);
  if (time === undefined) return undefined;
  return {
    ...known,
    form: 'header',
    timestamp,
    time,
    expiresSeconds: undefined,
    signature: authorization!.slice(-signatureCharacters),
    sessionToken: headerText(request, 'x-amz-security-token'),
    contentHash: headerText(request, 'x-amz-content-sha256'),
  };
}

function readAtFirst(
  request: SignedRequest,
  authorization: string | undefined,
): PresentedSignature {
  const read = readParts(readHeader(request, authorization));
  rememberPreamble(authorization!, read);
  return read;
}

function readHeader(request: SignedRequest, authorization: string | undefined): SignatureParts {
  // Other schemes (Bearer, Basic) may hold a secret, so that nothing of them is repeated.
  if (!authorization?.startsWith('AWS')) refuseSignature('missing', 'Missing Authentication Token');
  const end = authorization.search(/[ ,]/);
  const name = end < 0 ? authorization : authorization.slice(0, end);
  if (name === 'AWS') refuseVersion2();
  if (name !== algorithm) refuseAlgorithm(name);

  const parts: SignatureParts = {
    form: 'header',
    credential: '',
    signedHeaders: '',
    signature: '',
    timestamp: headerTimestamp(request),
    expires: undefined,
    sessionToken: headerText(request, 'x-amz-security-token'),
    contentHash: headerText(request, 'x-amz-content-sha256'),
  };
  for (const pair of authorization.slice(name.length).split(/[ ,]+/)) {
    if (pair !== '') readPair(pair, parts, authorization);
  }
  refuseMissingHeaderParts(parts, authorization);
  return parts;
}

function readPair(pair: string, parts: SignatureParts, authorization: string): void {
  const end = pair.indexOf('=');
  if (end < 0) {
    const text = 'Invalid key=value pair (missing equal-sign) in Authorization header';
    const hint = '(hashed with SHA-256 and encoded with Base64)';
    refuseSignature('incomplete', `${text} ${hint}: '${hashed(authorization)}'.`);
  }
  const value = pair.slice(end + 1);
  switch (pair.slice(0, end)) {
    case 'Credential':
      parts.credential = value;
      break;
    case 'SignedHeaders':
      parts.signedHeaders = value;
      break;
    case 'Signature':
      parts.signature = value;
      break;
    default:
  }
}

function refuseMissingHeaderParts(parts: SignatureParts, authorization: string): void {
  const missing: string[] = [];
  if (parts.credential === '') missing.push("requires 'Credential' parameter.");
  if (parts.signature === '') missing.push("requires 'Signature' parameter.");
  if (!headerNames.test(parts.signedHeaders)) missing.push("requires 'SignedHeaders' parameter.");
  if (parts.timestamp === '') {
    missing.push("requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  }
  if (missing.length === 0) return;
  const sentences = missing.map((sentence) => `Authorization header ${sentence}`).join(' ');
  const hint = '(Hashed with SHA-256 and encoded with Base64)';
  refuseSignature('incomplete', `${sentences} ${hint} Authorization=${hashed(authorization)}`);
}

function readQuery(request: SignedRequest, parameters: Map<string, string>): SignatureParts {
  const name = parameters.get('X-Amz-Algorithm') ?? '';
  if (name !== '' && name !== algorithm) refuseAlgorithm(name);

  const parts: SignatureParts = {
    form: 'query',
    credential: parameters.get('X-Amz-Credential') ?? '',
    signedHeaders: parameters.get('X-Amz-SignedHeaders') ?? '',
    signature: parameters.get('X-Amz-Signature') ?? '',
    timestamp: parameters.get('X-Amz-Date') ?? '',
    expires: parameters.get('X-Amz-Expires'),
    sessionToken: parameters.get('X-Amz-Security-Token'),
    contentHash:
      parameters.get('X-Amz-Content-Sha256') ?? headerText(request, 'x-amz-content-sha256'),
  };
  const missing = requiredParameters.filter((each) => !parameters.get(each));
  if (parts.signedHeaders !== '' && !headerNames.test(parts.signedHeaders)) {
    missing.push('X-Amz-SignedHeaders');
  }
  // Only S3 insists: Go's SDK presigns STS calls without it, and AWS takes them for 15 minutes.
  if (parts.expires === undefined && parts.credential.split('/')[3] === 's3') {
    missing.push('X-Amz-Expires');
  }
  if (missing.length === 0) return parts;
  const sentences = missing.map((each) => `AWS query-string parameters must include '${each}'.`);
  refuseSignature('incomplete', `${sentences.join(' ')} Re-examine the query-string parameters.`);
}

/** The checks that both forms share: five elements, a real date, a legal lifetime. */
function readParts(parts: SignatureParts): PresentedSignature {
  const elements = parts.credential.split('/');
  if (elements.length !== 5) {
    const rule = 'Credential must have exactly 5 slash-delimited elements';
    const example = 'e.g. keyid/date/region/service/term';
    refuseSignature('incomplete', `${rule}, ${example}, got ${quoted(parts.credential)}`);
  }
  const [accessKeyId = '', date = '', region = '', service = '', terminator = ''] = elements;
  const time = readTime(parts.timestamp);
  if (time === undefined) {
    const rule = "Date must be in ISO-8601 'basic format'.";
    const where = 'See http://en.wikipedia.org/wiki/ISO_8601';
    refuseSignature('incomplete', `${rule} Got ${quoted(parts.timestamp)}. ${where}`);
  }
  return {
    form: parts.form,
    credential: parts.credential,
    accessKeyId,
    date,
    region,
    service,
    terminator,
    timestamp: parts.timestamp,
    time,
    expiresSeconds: readExpires(parts.expires),
    signedHeaders: inOrder(parts.signedHeaders.toLowerCase().split(';')),
    signature: parts.signature,
    sessionToken: parts.sessionToken,
    contentHash: parts.contentHash,
  };
}

/** Clients send them sorted, and to see that is much cheaper than to sort on every request. */
function inOrder(names: string[]): string[] {
  return names.every((name, index) => index === 0 || names[index - 1]! <= name)
    ? names
    : names.sort();
}

function readExpires(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (seconds >= 1 && seconds <= limits.presignSecondsMax) return seconds;
  const range = `from 1 to ${limits.presignSecondsMax}`;
  return refuseSignature(
    'incomplete',
    `X-Amz-Expires must be a whole number of seconds ${range}, got ${quoted(text)}`,
  );
}

/** The first of each parameter that concerns signatures; names are case-sensitive. */
function readAmzParameters(query: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const [name, value] of readParameters(query)) {
    const relevant = name.startsWith('X-Amz-') || name === 'AWSAccessKeyId';
    if (relevant && !parameters.has(name)) parameters.set(name, decoded(value));
  }
  return parameters;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value; // Not UTF-8, so no value of ours either: compared as it stands.
  }
}

function headerTimestamp(request: SignedRequest): string {
  const amzDate = headerText(request, 'x-amz-date') ?? '';
  if (amzDate !== '') return amzDate;
  const httpDate = headerText(request, 'date') ?? '';
  return httpDateToBasic(httpDate) ?? httpDate;
}

function headerText(request: SignedRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

function hashed(authorization: string): string {
  return hash('sha256', Buffer.from(authorization, 'latin1'), 'base64');
}

function refuseAlgorithm(name: string): never {
  refuseSignature('incomplete', `Unsupported AWS 'algorithm': ${quoted(name)}`);
}

function refuseVersion2(): never {
  refuseSignature(
    'incomplete',
    `The authorization mechanism you have provided is not supported. Please use ${algorithm}.`,
  );
}
