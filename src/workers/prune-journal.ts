import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { rootPrincipal } from '../domain/access/principal.ts';
import { appendEntry } from '../domain/journal/journal-store.ts';
import { Lease } from '../domain/leases/lease-store.ts';
import { parseCheckpoint } from '../domain/sealing/checkpoint.ts';
import type { Checkpoint } from '../domain/sealing/checkpoint.ts';
import { signerKey } from '../domain/sealing/note-key.ts';
import type { SignerKey } from '../domain/sealing/note-key.ts';
import { signPrune } from '../domain/sealing/prune-statement.ts';
import type { PruneFacts } from '../domain/sealing/prune-statement.ts';
import {
  findFirstKept,
  findNewestPrune,
  hashMarked,
  insertPrune,
  markPrunable,
  removeMarked,
  unmark,
} from '../domain/sealing/prune-store.ts';
import { findNewestCheckpoint, findSealState, listLogKeys } from '../domain/sealing/seal-store.ts';
import { formatArn, globalRegion } from '../kernel/arn.ts';
import { randomId } from '../kernel/id.ts';
import { limits } from '../kernel/limits.ts';
import type { Database } from '../store/database.ts';

/** What is to be removed from a journal, and by whose word. */
export interface PruneOrder {
  /** What was written then or later stays; epoch milliseconds. */
  readonly before: number;
  readonly now: number;
  /** The operator's account, whose history tells of the removal. */
  readonly accountId: string;
  readonly partition: string;
  /** The secrets of the signing keys. */
  readonly keys: readonly Buffer[];
  /** The newest checkpoint of a bundle that holds what is removed; undefined for none. */
  readonly exported: Checkpoint | undefined;
  readonly onStep?: (step: string, share: number) => void;
}

/** What was removed, and what kept the removal from going further. */
export interface Pruned {
  readonly number: number | undefined;
  readonly entries: number;
  readonly throughSeq: number;
  readonly heldBy: 'time' | 'seal' | 'bundle' | 'events';
}

/** Thrown where nothing can be removed. */
export class PruneRefused extends Error {}

/**
 * Removes entries that nothing needs any more, leaving their leaves: first these are marked, then
 * a signed statement and a journal entry say which they are, then the entries go. Where it breaks
 * off, the next one goes on.
 */
export async function pruneJournal(database: Database, order: PruneOrder): Promise<Pruned> {
  const lease = new Lease({ database, name: 'prune-journal', holder: randomId() });
  await take(lease);
  try {
    const { number: last = 0 } = (await database.read(findNewestPrune)) ?? {};
    const number = last + 1;
    await unmark(database, number);
    const late = await removeMarked(database);
    const { throughSeq, heldBy } = await findThrough(database, order);
    await markPrunable(database, number, throughSeq, (seq) =>
      order.onStep?.('Looking', seq / throughSeq),
    );
    const marked = await hashMarked(database, number);
    const { entries } = marked;
    if (entries > 0) {
      const places = marked.digest();
      await state(database, lease, order, { number, throughSeq, entries, places });
    }
    const removed = await removeMarked(database, (count) =>
      order.onStep?.('Removing', count / entries),
    );
    return {
      number: entries > 0 ? number : undefined,
      entries: late + removed,
      throughSeq,
      heldBy,
    };
  } finally {
    await lease.release().catch(() => undefined);
  }
}

async function take(lease: Lease): Promise<void> {
  const end = performance.now() + 3 * limits.leaseSeconds * 1000;
  while (!(await lease.acquire())) {
    if (performance.now() > end) throw new PruneRefused('Somebody else is removing entries.');
    await sleep(limits.lockRetryMilliseconds);
  }
}

/** Up to which number entries may go, and why none after it. */
async function findThrough(
  database: Database,
  { before, exported }: PruneOrder,
): Promise<Pick<Pruned, 'throughSeq' | 'heldBy'>> {
  const { byTime, byEvents } = await database.read((tx) => findFirstKept(tx, before));
  const signed = parseCheckpoint((await database.read(findNewestCheckpoint))?.note ?? '');
  const bounds: [Pruned['heldBy'], number][] = [
    ['time', byTime - 1],
    ['seal', signed?.settledSeq ?? 0],
    ['bundle', exported?.settledSeq ?? Infinity],
    ['events', byEvents - 1],
  ];
  const [heldBy, throughSeq] = bounds.reduce((least, one) => (one[1] < least[1] ? one : least));
  return { throughSeq, heldBy };
}

/** Says in the database, in the log's words and in the journal, which entries go. */
async function state(
  database: Database,
  lease: Lease,
  order: PruneOrder,
  found: Pick<PruneFacts, 'number' | 'throughSeq' | 'entries' | 'places'>,
): Promise<void> {
  const { before, now, exported } = order;
  const { key, origin, validFrom } = await requireSigner(database, order.keys);
  const note = signPrune({ ...found, origin, before, at: Math.max(now, validFrom) }, key);
  const { number, throughSeq, entries } = found;
  const id = randomUUID();
  await database.write(async (tx) => {
    await lease.keep(tx);
    await insertPrune(tx, { number, note });
    const bundle = exported && { Entries: exported.size, Root: exported.root };
    await appendEntry(tx, id, callOf(order), {
      change: {
        resourceArn: journalArn(order),
        after: {
          ...{ Number: number, ThroughSequence: throughSeq, Entries: entries },
          ...{ Before: before, Statement: note },
          ...(bundle && { Bundle: bundle }),
        },
      },
    });
  });
}

async function requireSigner(
  database: Database,
  secrets: readonly Buffer[],
): Promise<{ key: SignerKey; origin: string; validFrom: number }> {
  const log = await database.read(findSealState);
  const last = (await database.read(listLogKeys)).at(-1);
  const keys = log ? secrets.map((secret) => signerKey(log.origin, secret)) : [];
  const key = keys.find(({ verifier }) => verifier.text === last?.verifier);
  if (log && last && key) return { key, origin: log.origin, validFrom: last.validFrom };
  throw new PruneRefused(
    'The key that signs the history is needed, in IMPRIMATUR_SIGNING_KEY or in the data folder.',
  );
}

/** The ARN of a registry's journal, by which its history tells what was removed from it. */
function journalArn({ accountId, partition }: PruneOrder): string {
  return formatArn({
    partition,
    service: 'imprimatur',
    region: '',
    accountId,
    resource: 'journal',
  });
}

/** Whoever runs the command has the database, and with it all that root has. */
function callOf({ accountId, partition, now }: PruneOrder): Parameters<typeof appendEntry>[2] {
  return {
    requestId: randomUUID(),
    accountId,
    operatorAccountId: accountId,
    region: globalRegion(partition),
    partition,
    principal: rootPrincipal(accountId, partition),
    accessKeyId: 'command',
    sourceIp: 'command',
    isSecure: false,
    userAgent: 'imprimatur audit prune',
    service: 'imprimatur',
    operation: 'PruneJournal',
    isGlobal: true,
    now,
    strictAws: false,
    validationProfileStatus: 'NotStarted',
  };
}
