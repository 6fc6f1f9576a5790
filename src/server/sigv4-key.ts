import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { limits } from '../kernel/limits.ts';

interface KeptKey {
  readonly secretAccessKey: string;
  readonly date: string;
  readonly key: KeyObject;
}

/**
 * The key that signs everything of one secret on one day in one Region for one service.
 *
 * A KeyObject, because Node 24 takes five times as long over an HMAC with a Buffer as its key.
 */
export function deriveSigningKey(secretAccessKey: string, scope: string): KeyObject {
  let key = createSecretKey(`AWS4${secretAccessKey}`, 'utf8');
  for (const part of scope.split('/')) {
    key = createSecretKey(createHmac('sha256', key).update(part).digest());
  }
  return key;
}

/** Derived keys of callers who proved to know the secret; the oldest make room for new ones. */
export class SigningKeyCache {
  readonly #kept = new Map<string, KeptKey>();
  #newestDate = '';

  /** The key kept under this `Credential`, unless the secret behind it has changed. */
  find(credential: string, secretAccessKey: string): KeyObject | undefined {
    const kept = this.#kept.get(credential);
    return kept?.secretAccessKey === secretAccessKey ? kept.key : undefined;
  }

  /** Keeps a key under `<access key id>/<date>/<region>/<service>/aws4_request`. */
  keep(credential: string, secretAccessKey: string, key: KeyObject): void {
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
