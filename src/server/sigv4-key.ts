import { createHmac, hash } from 'node:crypto';
import { limits } from '../kernel/limits.ts';

interface KeptKey {
  readonly secretAccessKey: string;
  readonly date: string;
  readonly key: SigningKey;
}

const blockBytes = 64;
const hashBytes = 32;
/** Of a text that is signed in place; a longer one costs a buffer of its own. */
const textBytesMax = 448;

/**
 * The key that signs everything of one secret on one day in one Region for one service.
 *
 * Its HMAC is put together from two hashes (RFC 2104): node:crypto's sets OpenSSL up anew for each
 * signature, which under load takes several times as long as the hashing itself.
 */
export class SigningKey {
  // What is hashed is written behind the pads: a buffer for each step would cost as much as a hash.
  readonly #inner = Buffer.alloc(blockBytes + textBytesMax);
  readonly #outer = Buffer.alloc(blockBytes + hashBytes);

  /** Takes an HMAC key of at most 64 bytes. */
  constructor(key: Uint8Array) {
    if (key.length > blockBytes)
      throw new RangeError('A longer key would have to be hashed first.');
    for (let index = 0; index < blockBytes; index += 1) {
      const byte = key[index] ?? 0;
      this.#inner[index] = byte ^ 0x36;
      this.#outer[index] = byte ^ 0x5c;
    }
  }

  /** The HMAC-SHA256 of a text, in hex. */
  sign(text: string): string {
    this.#outer.write(hash('sha256', this.#padded(text), 'binary'), blockBytes, 'binary');
    return hash('sha256', this.#outer, 'hex');
  }

  #padded(text: string): Buffer {
    if (Buffer.byteLength(text) > textBytesMax) {
      return Buffer.concat([this.#inner.subarray(0, blockBytes), Buffer.from(text)]);
    }
    return this.#inner.subarray(0, blockBytes + this.#inner.write(text, blockBytes));
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
