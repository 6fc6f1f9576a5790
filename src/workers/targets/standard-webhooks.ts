import { createHmac } from 'node:crypto';
import { signingSecretPrefix } from '../../domain/webhooks/signing-secret.ts';

/** What of a message is signed (Standard Webhooks 1.0.0). */
export interface SignedMessage {
  /** The same each time that it is sent. */
  readonly id: string;
  /** When it is sent, epoch milliseconds. */
  readonly at: number;
  readonly body: string;
}

/** The headers by which its endpoint can verify a message: a signature by each secret. */
export function signatureHeaders(
  { id, at, body }: SignedMessage,
  secrets: readonly string[],
): Record<string, string> {
  const timestamp = String(Math.floor(at / 1_000));
  const signed = `${id}.${timestamp}.${body}`;
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(signingSecretPrefix.length), 'base64');
    return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}
