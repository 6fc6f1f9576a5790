import { timingSafeEqual } from 'node:crypto';
import { limits } from '../kernel/limits.ts';
import { bodyHash, canonicalRequest, stringToSign, type SignedRequest } from './sigv4-canonical.ts';
import type { PresentedSignature } from './sigv4-credential.ts';
import { deriveSigningKey, SigningKeyCache } from './sigv4-key.ts';
import { quoted, refuseSignature } from './sigv4-refusal.ts';
import { formatTimestamp } from './sigv4-timestamp.ts';

/** What a request's signature may be scoped to. */
export interface ScopeExpectations {
  /** Signing names of the services this request may be meant for. */
  readonly services: readonly string[];
  readonly regions: 'any' | readonly string[];
  /** How far the caller's clock may be off. */
  readonly windowSeconds: number;
}

/** What the store knows of an access key, as far as signatures are concerned. */
export interface AccessKeySecret {
  readonly secretAccessKey: string;
  readonly active: boolean;
  /** Of temporary keys: the token that must come with each request. */
  readonly sessionToken?: string | undefined;
  /** Of temporary keys: epoch milliseconds. */
  readonly expiresAt?: number | undefined;
}

const unsignedPayload = 'UNSIGNED-PAYLOAD';
const terminator = 'aws4_request';
const regionForm = /^[a-z0-9-]{1,32}$/;
const signingKeys = new SigningKeyCache();

/** Refuses a signature made for another day, Region, service or time; `now` in milliseconds. */
export function checkScope(
  presented: PresentedSignature,
  expectations: ScopeExpectations,
  now: number,
): void {
  const { region, service, date, timestamp } = presented;
  const { services, regions } = expectations;
  const faults: string[] = [];
  if (!regionForm.test(region) || (regions !== 'any' && !regions.includes(region))) {
    faults.push(`Credential should be scoped to a valid region, not ${quoted(region)}. `);
  }
  if (!services.includes(service)) {
    const names = services.map((name) => `'${name}'`).join(' or ');
    faults.push(`Credential should be scoped to correct service: ${names}. `);
  }
  if (presented.terminator !== terminator) {
    const text = `a valid terminator: '${terminator}', not ${quoted(presented.terminator)}. `;
    faults.push(`Credential should be scoped with ${text}`);
  }
  if (date !== timestamp.slice(0, 8)) {
    const rule = 'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date';
    const values = `${quoted(date)} != '${timestamp.slice(0, 8)}', from '${timestamp}'.`;
    faults.push(`${rule} from HTTP: ${values}`);
  }
  if (faults.length > 0) refuseSignature('mismatch', faults.join(''));
  checkClock(presented, expectations.windowSeconds, now);
  if (!presented.signedHeaders.includes('host')) {
    const rule = "must be a 'SignedHeader' in the AWS Authorization.";
    refuseSignature('mismatch', `'Host' or ':authority' ${rule}`);
  }
}

/** Refuses a signature that the key's secret did not make, or whose key may no longer sign. */
export function checkSignature(
  presented: PresentedSignature,
  request: SignedRequest,
  key: AccessKeySecret | undefined,
  now: number,
): void {
  if (key === undefined || !key.active || !isTokenOf(key, presented.sessionToken)) {
    refuseSignature('unknown-key', 'The security token included in the request is invalid.');
  }
  if (!isSignedBy(key.secretAccessKey, presented, request)) {
    refuseSignature(
      'mismatch',
      'The request signature we calculated does not match the signature you provided. ' +
        'Check your AWS Secret Access Key and signing method. ' +
        'Consult the service documentation for details.',
    );
  }
  if (key.expiresAt !== undefined && now >= key.expiresAt) {
    refuseSignature('expired-token', 'The security token included in the request is expired');
  }
}

function checkClock(presented: PresentedSignature, windowSeconds: number, now: number): void {
  // Signatures know whole seconds only; a fraction of ours must not decide.
  const second = Math.floor(now / 1000) * 1000;
  const behindSeconds = presented.expiresSeconds ?? windowSeconds;
  const earliest = second - behindSeconds * 1000;
  if (presented.time < earliest) {
    const bound = boundText(earliest, second, '-', behindSeconds);
    refuseSignature(
      'mismatch',
      `Signature expired: ${presented.timestamp} is now earlier than ${bound}`,
    );
  }
  const aheadSeconds = presented.form === 'query' ? limits.clockWindowSeconds : windowSeconds;
  const latest = second + aheadSeconds * 1000;
  if (presented.time > latest) {
    const rule = 'is still later than';
    const bound = boundText(latest, second, '+', aheadSeconds);
    refuseSignature(
      'mismatch',
      `Signature not yet current: ${presented.timestamp} ${rule} ${bound}`,
    );
  }
}

/** Older SDKs read our time out of these parentheses and correct their clocks. */
function boundText(bound: number, now: number, sign: string, seconds: number): string {
  const span = seconds % 60 === 0 ? `${seconds / 60} min.` : `${seconds} sec.`;
  return `${formatTimestamp(bound)} (${formatTimestamp(now)} ${sign} ${span})`;
}

function isTokenOf(key: AccessKeySecret, token: string | undefined): boolean {
  if (key.sessionToken === undefined || token === undefined) return key.sessionToken === token;
  return isSame(token, key.sessionToken);
}

function isSignedBy(
  secret: string,
  presented: PresentedSignature,
  request: SignedRequest,
): boolean {
  const payloadHash = payloadHashOf(presented, request);
  if (payloadHash === undefined) return false;
  const { service, signedHeaders, timestamp, credential, accessKeyId, signature } = presented;
  const canonical = canonicalRequest(request, service, signedHeaders, payloadHash);
  const scope = credential.slice(accessKeyId.length + 1);

  const kept = signingKeys.find(credential, secret);
  const key = kept ?? deriveSigningKey(secret, scope);
  const text = stringToSign(timestamp, scope, canonical);
  if (!isSame(signature, key.sign(text))) return false;
  // Only now: else whoever knows an access key id could crowd the others out of the cache.
  if (kept === undefined) signingKeys.keep(credential, secret, key);
  return true;
}

/** What stands for the body; `undefined` if the declared hash is not the body's. */
function payloadHashOf(presented: PresentedSignature, request: SignedRequest): string | undefined {
  const { contentHash, form, service } = presented;
  if (service === 's3') {
    const declared = contentHash ?? (form === 'query' ? unsignedPayload : undefined);
    if (declared === unsignedPayload) return unsignedPayload;
  }
  const actual = bodyHash(request.body);
  return contentHash === undefined || contentHash === actual ? actual : undefined;
}

/** Compares in a time that tells nothing about where the texts differ. */
function isSame(given: string, expected: string): boolean {
  const one = Buffer.from(given);
  const other = Buffer.from(expected);
  const comparable = one.length === other.length;
  return timingSafeEqual(comparable ? one : other, other) && comparable;
}
