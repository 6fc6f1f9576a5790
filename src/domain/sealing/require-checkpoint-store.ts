import { Refusal } from '../../kernel/refusal.ts';
import type { Transaction } from '../../store/database.ts';
import type { CheckpointTable } from '../../store/sealing-tables.ts';
import { findCheckpoint, findNewestCheckpoint } from './seal-store.ts';

/** The checkpoint of a size, or the newest; refuses where there is none. */
export async function requireCheckpoint(
  tx: Transaction,
  size: number | undefined,
): Promise<CheckpointTable> {
  const found = await (size === undefined ? findNewestCheckpoint(tx) : findCheckpoint(tx, size));
  if (found) return found;
  const which = size === undefined ? 'checkpoint' : `checkpoint of size ${size}`;
  throw new Refusal('missing', `There is no ${which}.`);
}
