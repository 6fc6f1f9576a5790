import { randomBytes } from 'node:crypto';

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** AWS's form of ids: what kind it is, and random letters and digits up to a length. */
export function newUniqueId(prefix: string, length: number): string {
  const bytes = randomBytes(length - prefix.length);
  return prefix + Array.from(bytes, (byte) => base32[byte % base32.length]).join('');
}

/** A long-lived access key's id: AKIA and 16 characters. */
export function newAccessKeyId(): string {
  return newUniqueId('AKIA', 20);
}

/** A temporary access key's id: ASIA and 16 characters. */
export function newTemporaryKeyId(): string {
  return newUniqueId('ASIA', 20);
}

/** An access key's secret: 240 random bits in 40 characters, as AWS's secrets are long. */
export function newSecretAccessKey(): string {
  return randomBytes(30).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}
