import { createHmac, hash } from 'node:crypto';
import { limits } from '../kernel/limits.ts';

interface KeptKey {
  readonly secretAccessKey: string;
  readonly date: string;
  readonly key: SigningKey;
}

const blockBytes = 64;

/**
 * The key that signs everything of one secret on one day in one Region for one service.
 *
 * Its HMAC is put together from two hashes (RFC 2104): node:crypto's sets OpenSSL up anew for each
 * signature, which under load takes several times as long as the hashing itself.
 */
export class SigningKey {
  readonly #inner = Buffer.alloc(blockBytes, 0x36);
  readonly #outer = Buffer.alloc(blockBytes, 0x5c);

  /** Takes an HMAC key of at most 64 bytes. */
  constructor(key: Uint8Array) {
    if (key.length > blockBytes)
      throw new RangeError('A longer key would have to be hashed first.');
    for (const [index, byte] of key.entries()) {
      this.#inner[index]! ^= byte;
      this.#outer[index]! ^= byte;
    }
  }

  /** The HMAC-SHA256 of a text, in hex. */
  sign(text: string): string {
    const inner = hash('sha256', Buffer.concat([this.#inner, Buffer.from(text)]), 'buffer');
    return hash('sha256', Buffer.concat([this.#outer, inner]), 'hex');
  }
}

/** Derives the key of a scope, `<date>/<region>/<service>/aws4_request`. */
export function deriveSigningKey(secretAccessKey: string, scope: string): SigningKey {
  let key = Buffer.from(`AWS4${secretAccessKey}`);
  for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest();
  return new SigningKey(key);
}

/** Derived keys of callers who proved to know the secret; the oldest make room for new ones. */
export class SigningKeyCache {
  readonly #kept = new Map<string, KeptKey>();
  #newestDate = '';

  /** The key kept under this `Credential`, unless the secret behind it has changed. */
  find(credential: string, secretAccessKey: string): SigningKey | undefined {
    const kept = this.#kept.get(credential);
    return kept?.secretAccessKey === secretAccessKey ? kept.key : undefined;
  }

  /** Keeps a key under `<access key id>/<date>/<region>/<service>/aws4_request`. */
  keep(credential: string, secretAccessKey: string, key: SigningKey): void {
    const parts = credential.split('/');
    const date = parts[1] ?? '';
    if (date > this.#newestDate) this.#forgetBefore(date);
    // Joined anew: a part cut out of a header would keep the whole header in memory.
    this.#kept.set(parts.join('/'), { secretAccessKey, date, key });
    if (this.#kept.size <= limits.signingKeysMax) return;
    const [oldest = ''] = this.#kept.keys();
    this.#kept.delete(oldest);
  }

  #forgetBefore(date: string): void {
    this.#newestDate = date;
    for (const [credential, kept] of this.#kept) {
      if (kept.date < date) this.#kept.delete(credential);
    }
  }
}
