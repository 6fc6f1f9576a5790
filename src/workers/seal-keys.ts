import { parseCheckpoint } from '../domain/sealing/checkpoint.ts';
import { introduceKey } from '../domain/sealing/key-rotation.ts';
import type { LogKey } from '../domain/sealing/key-rotation.ts';
import { signerKey } from '../domain/sealing/note-key.ts';
import type { SignerKey } from '../domain/sealing/note-key.ts';
import { findNewestCheckpoint, listLogKeys, saveLogKey } from '../domain/sealing/seal-store.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Lease } from '../domain/leases/lease-store.ts';
import type { Database } from '../store/database.ts';

/** What the log's keys are found with. */
export interface KeyParts {
  readonly database: Database;
  readonly takeKeys: () => readonly Buffer[];
  readonly clock: Clock;
  readonly lease: Pick<Lease, 'keep'>;
}

/** The key that signs now, and the time before which it signs nothing. */
export interface CurrentKey {
  readonly key: SignerKey;
  readonly notBefore: number;
}

/**
 * The key that signs the log of an origin. A first one, or a new one before the last, is recorded;
 * the last one vouches for the new one, so that whoever trusts it goes on trusting the log.
 */
export async function currentKey(origin: string, parts: KeyParts): Promise<CurrentKey> {
  const keys = parts.takeKeys().map((secret) => signerKey(origin, secret));
  const { known, lastAt } = await parts.database.read(async (tx) => ({
    known: await listLogKeys(tx),
    lastAt: parseCheckpoint((await findNewestCheckpoint(tx))?.note ?? '')?.at ?? 0,
  }));
  const last = known.at(-1);
  const [wanted] = keys as [SignerKey];
  const held = keys.find(({ verifier }) => verifier.text === last?.verifier);
  if (last && !held) throw new Error(missingKeyText);
  const isNew = !known.some(({ verifier }) => verifier === wanted.verifier.text);
  if (held && !isNew) return { key: held, notBefore: Math.max(lastAt, last!.validFrom) };
  const validFrom = Math.max(parts.clock.now(), lastAt, last?.validFrom ?? 0);
  await record(introduceKey(wanted, { number: known.length + 1, validFrom }, held), parts);
  return { key: wanted, notBefore: validFrom };
}

const missingKeyText =
  'The key that signed the last checkpoint is none of IMPRIMATUR_SIGNING_KEY or of the file ' +
  '"signing-key" in the data folder. Give it back, behind a new one if there is one; if it is ' +
  'lost, "imprimatur audit rotate-key --old-key-lost".';

async function record(key: LogKey, { database, lease }: KeyParts): Promise<void> {
  await database.write(async (tx) => {
    await lease.keep(tx);
    await saveLogKey(tx, key);
  });
}

/** Introduces a key that nothing vouches for: those who keep the old one must be told of it. */
export async function replaceLostKey(origin: string, parts: KeyParts): Promise<boolean> {
  const [wanted] = parts.takeKeys().map((secret) => signerKey(origin, secret));
  const known = await parts.database.read(listLogKeys);
  const last = known.at(-1);
  if (!last || last.verifier === wanted!.verifier.text) return false;
  const validFrom = Math.max(parts.clock.now(), last.validFrom);
  await record(introduceKey(wanted!, { number: known.length + 1, validFrom }, undefined), parts);
  return true;
}
