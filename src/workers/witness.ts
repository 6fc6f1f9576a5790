import { parseCheckpoint } from '../domain/sealing/checkpoint.ts';
import { readTree } from '../domain/sealing/proof-store.ts';
import type { Database } from '../store/database.ts';

/** Keeps the newest checkpoint outside the database, for whoever can write to that alone. */
export interface Witness {
  /** The checkpoint kept last; undefined when there is none. */
  read(): string | undefined;
  write(checkpoint: string): void;
}

/** Thrown where the database's history is not that of a checkpoint made before. */
export class HistoryRewritten extends Error {}

const advice =
  '"imprimatur audit verify" says more. After a backup was restored on purpose, move the file ' +
  '"checkpoint" of the data folder away, and tell those who keep checkpoints.';

/** Refuses a tree that does not go on from a checkpoint; nothing is signed on top of it. */
export async function requireSameHistory(
  database: Database,
  tree: { readonly origin: string; readonly size: number },
  checkpoint: string,
): Promise<void> {
  const kept = parseCheckpoint(checkpoint);
  if (!kept) throw new HistoryRewritten(`A kept checkpoint cannot be read. ${advice}`);
  if (kept.origin !== tree.origin) {
    throw new HistoryRewritten(
      `The log is ${tree.origin}, but there is a checkpoint of ${kept.origin}. ${advice}`,
    );
  }
  if (kept.size > tree.size) {
    throw new HistoryRewritten(
      `There is a checkpoint of ${kept.size} entries, but only ${tree.size} are sealed. ${advice}`,
    );
  }
  const before = await database.read((tx) => readTree(tx, kept.size));
  if (before.root() === kept.root) return;
  throw new HistoryRewritten(
    `The first ${kept.size} entries are not those of the checkpoint made of them. ${advice}`,
  );
}
