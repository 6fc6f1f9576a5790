import { limits } from '../kernel/limits.ts';
import type { PresentedSignature } from './sigv4-credential.ts';

/** What an Authorization header says before its signature: of one client, the same all day. */
export type Preamble = Pick<
  PresentedSignature,
  'credential' | 'accessKeyId' | 'date' | 'region' | 'service' | 'terminator' | 'signedHeaders'
>;

/** A signature is an SHA-256 in hex. */
export const signatureCharacters = 64;

const signatureStart = 'Signature=';
const preambles = new Map<string, Preamble>();

/** What was read before of a header that begins like this one. */
export function findPreamble(authorization = ''): Preamble | undefined {
  return preambles.get(textOf(authorization));
}

/** Keeps what a header says before its signature. */
export function rememberPreamble(authorization: string, read: Preamble): void {
  const text = textOf(authorization);
  if (text === '') return;
  if (preambles.size >= limits.preamblesMax) preambles.clear();
  const { credential, accessKeyId, date, region, service, terminator, signedHeaders } = read;
  const parts = { credential, accessKeyId, date, region, service, terminator, signedHeaders };
  preambles.set(text, parts);
}

/** What stands before a signature at the very end; empty if the header is written otherwise. */
function textOf(authorization: string): string {
  if (authorization.length > limits.preambleCharactersMax) return '';
  const end = authorization.length - signatureCharacters - signatureStart.length;
  if (end <= 0 || !authorization.startsWith(signatureStart, end)) return '';
  const isPair = authorization[end - 1] === ' ' || authorization[end - 1] === ',';
  const isLast = !authorization.includes(' ', end) && !authorization.includes(',', end);
  return isPair && isLast ? authorization.slice(0, end) : '';
}
