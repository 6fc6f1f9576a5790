import { GetCheckpoint } from '../../contracts/imprimatur-sealing.ts';
import { operation } from '../operation.ts';
import { requireCheckpoint } from './require-checkpoint-store.ts';
import { listLogKeys } from './seal-store.ts';

/** Answers a signed checkpoint of the history. */
export const getCheckpoint = operation(GetCheckpoint, {
  effect: 'read',
  resource: () => '*',
  async run({ Size }, { tx }) {
    const { note } = await requireCheckpoint(tx, Size);
    const keys = await listLogKeys(tx);
    return { Checkpoint: note, PublicKeys: keys.map(({ verifier }) => verifier) };
  },
});
