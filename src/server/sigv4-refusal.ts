import { limits } from '../kernel/limits.ts';
import { Refusal } from '../kernel/refusal.ts';

/** What may be wrong with a signature, whatever a protocol calls it. */
export type SignatureFault =
  | 'missing'
  | 'incomplete'
  | 'unknown-key'
  | 'mismatch'
  | 'expired-token';

/** The names of the JSON services; the other protocols translate from these (identity.md 1.6). */
const codes: Record<SignatureFault, string> = {
  missing: 'MissingAuthenticationTokenException',
  incomplete: 'IncompleteSignatureException',
  'unknown-key': 'UnrecognizedClientException',
  mismatch: 'InvalidSignatureException',
  'expired-token': 'ExpiredTokenException',
};

/** Refuses a caller as unauthenticated. */
export function refuseSignature(fault: SignatureFault, message: string): never {
  throw new Refusal('unauthenticated', message, { code: codes[fault] });
}

/** The caller's value, quoted and no longer than an error message should repeat. */
export function quoted(value: string): string {
  return `'${value.slice(0, limits.echoCharactersMax)}'`;
}
