import { randomBytes } from 'node:crypto';
import type { RotateSecretOutput } from '../../contracts/imprimatur-webhooks.ts';
import { limits } from '../../kernel/limits.ts';
import type { SealedText, SecretBox } from '../../kernel/secret-box.ts';
import type { WebhookRow } from '../../store/event-tables.ts';

/** A secret by which an endpoint knows that a message is from here (Standard Webhooks). */
export interface SigningSecret {
  /** `whsec_` and the key in base64. */
  readonly secret: string;
  /** Until when it signs (epoch milliseconds); null for the newest. */
  readonly until: number | null;
}

/** What stands before the key in the text of a secret. */
export const signingSecretPrefix = 'whsec_';

type SealedRow = Pick<WebhookRow, 'signing_secret' | 'secret_key_id'>;

/** A secret that is new. */
export function newSigningSecret(): string {
  return `${signingSecretPrefix}${randomBytes(limits.signingSecretBytes).toString('base64')}`;
}

/** The secrets that sign at a moment, the newest first. */
export function signingAt(secrets: readonly SigningSecret[], now: number): SigningSecret[] {
  return secrets.filter(({ until }) => until === null || until > now);
}

/** The secrets once a new one is added: those before it sign until a moment at most. */
function rotated(
  secrets: readonly SigningSecret[],
  secret: string,
  { now, until }: { readonly now: number; readonly until: number },
): SigningSecret[] {
  const elder = signingAt(secrets, now).map((one) => ({
    ...one,
    until: Math.min(one.until ?? until, until),
  }));
  const all = [{ secret, until: null }, ...signingAt(elder, now)];
  return all.slice(0, limits.signingSecretsMax);
}

/** Secrets as a row keeps them: sealed together with what the row is of. */
export function sealSigningSecrets(
  box: SecretBox,
  secrets: readonly SigningSecret[],
  boundTo: string,
): SealedRow {
  const { sealed, keyId } = box.seal(JSON.stringify(secrets), boundTo);
  return { signing_secret: sealed, secret_key_id: keyId };
}

/** The secrets of a row. */
export function openSigningSecrets(
  box: SecretBox,
  row: SealedRow,
  boundTo: string,
): SigningSecret[] {
  const text: SealedText = { sealed: row.signing_secret, keyId: row.secret_key_id };
  return JSON.parse(box.open(text, boundTo)) as SigningSecret[];
}

/** Gives a row a new secret: what becomes of its columns, and what its owner is told. */
export function rotateSecret(
  row: SealedRow,
  overlapSeconds: number = limits.signingSecretOverlapSeconds,
  { now, box, boundTo }: { now: number; box: SecretBox; boundTo: string },
): { columns: SealedRow; output: RotateSecretOutput } {
  const secret = newSigningSecret();
  const until = now + overlapSeconds * 1_000;
  const secrets = rotated(openSigningSecrets(box, row, boundTo), secret, { now, until });
  return {
    columns: sealSigningSecrets(box, secrets, boundTo),
    output: { Secret: secret, OldSecretExpirationTime: until },
  };
}
