import { createPrivateKey, createPublicKey, hash, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** Length of an Ed25519 key, private or public. */
export const noteKeyBytes = 32;

/** A key as it is told to others: `<name>+<8 hex digits>+<base64>`, as signed notes have it. */
export interface VerifierKey {
  readonly name: string;
  /** The first four bytes of a hash over name and key, in hex: what a signature names it by. */
  readonly id: string;
  readonly text: string;
  isSigned(text: string, signature: Buffer): boolean;
}

/** A key that signs. */
export interface SignerKey {
  readonly verifier: VerifierKey;
  sign(text: string): Buffer;
}

// Ed25519 keys in DER (RFC 8410) are these bytes and the key itself.
const privateKeyHead = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicKeyHead = Buffer.from('302a300506032b6570032100', 'hex');
const ed25519 = Buffer.of(1);

/** The key that 32 secret bytes make, under a name. */
export function signerKey(name: string, secret: Buffer): SignerKey {
  const der = Buffer.concat([privateKeyHead, secret]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const publicDer = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return {
    verifier: verifierOf(name, publicDer.subarray(publicKeyHead.length)),
    sign: (text) => sign(null, Buffer.from(text), key),
  };
}

/** Reads a key as others were told it; undefined when it is none. */
export function parseVerifierKey(text: string): VerifierKey | undefined {
  const [, name, id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(text) ?? [];
  const bytes = Buffer.from(encoded ?? '', 'base64');
  if (name === undefined || bytes.length !== noteKeyBytes + 1 || bytes[0] !== 1) return undefined;
  const key = verifierOf(name, bytes.subarray(1));
  return key.id === id && key.text === text ? key : undefined;
}

function verifierOf(name: string, bytes: Buffer): VerifierKey {
  const typed = Buffer.concat([ed25519, bytes]);
  const id = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), typed])).slice(0, 8);
  let key: KeyObject | undefined;
  return {
    name,
    id,
    text: `${name}+${id}+${typed.toString('base64')}`,
    isSigned(text, signature) {
      const der = Buffer.concat([publicKeyHead, bytes]);
      key ??= createPublicKey({ key: der, format: 'der', type: 'spki' });
      return verify(null, Buffer.from(text), key, signature);
    },
  };
}
