import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto';

/** A text that only the holder of an encryption key can read. */
export interface SealedText {
  /** Which key it is sealed under. */
  readonly keyId: string;
  readonly sealed: string;
}

/** Length of an encryption key. */
export const encryptionKeyBytes = 32;

const nonceBytes = 12;
const tagBytes = 16;

/**
 * Encrypts secrets that must be read again (AES-256-GCM), under the first of its keys; the others
 * still open what was sealed before. Keys are asked for when a secret needs one.
 */
export class SecretBox {
  readonly #takeKeys: () => readonly Buffer[];
  #ring: Map<string, Buffer> | undefined;

  constructor(takeKeys: () => readonly Buffer[]) {
    this.#takeKeys = takeKeys;
  }

  /** Seals a text; it opens only together with what it is bound to. */
  seal(text: string, boundTo: string): SealedText {
    // Asked anew, so that nothing is sealed under a key that is about to go.
    const [first] = this.#keysAnew();
    if (!first) throw new Error('There is no encryption key.');
    const [keyId, key] = first;
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(boundTo));
    const parts = [nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
    return { keyId, sealed: Buffer.concat(parts).toString('base64') };
  }

  /** The text; fails when its key is not here, or when it is not what was sealed. */
  open({ keyId, sealed }: SealedText, boundTo: string): string {
    const key = this.#keys().get(keyId) ?? this.#keysAnew().get(keyId);
    if (!key) throw new Error(`The encryption key ${keyId} is needed for ${boundTo}, not there.`);
    const bytes = Buffer.from(sealed, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes))
      .setAAD(Buffer.from(boundTo))
      .setAuthTag(bytes.subarray(-tagBytes));
    const text = decipher.update(bytes.subarray(nonceBytes, -tagBytes));
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  }

  /** The key that new secrets are sealed under. */
  get currentKeyId(): string {
    const [first] = this.#keys().keys();
    if (first === undefined) throw new Error('There is no encryption key.');
    return first;
  }

  /** A key that is not known may have come since the others were asked for. */
  #keysAnew(): Map<string, Buffer> {
    this.#ring = undefined;
    return this.#keys();
  }

  #keys(): Map<string, Buffer> {
    this.#ring ??= new Map(this.#takeKeys().map((key) => [encryptionKeyId(key), key]));
    return this.#ring;
  }
}

/** What a key is called where its secrets are kept; it tells nothing of the key. */
function encryptionKeyId(key: Buffer): string {
  return hash('sha256', Buffer.concat([Buffer.from('imprimatur encryption key\0'), key])).slice(
    0,
    16,
  );
}
