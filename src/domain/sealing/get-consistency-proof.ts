import { GetConsistencyProof } from '../../contracts/imprimatur-sealing.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { operation } from '../operation.ts';
import { proveConsistency } from './proof-store.ts';
import { requireCheckpoint } from './require-checkpoint-store.ts';

/** Proves that the history of a checkpoint goes on from an earlier one. */
export const getConsistencyProof = operation(GetConsistencyProof, {
  effect: 'read',
  resource: () => '*',
  async run({ FromSize, Size }, { tx }) {
    const { size, note } = await requireCheckpoint(tx, Size);
    if (FromSize > size) {
      const problem = `The checkpoint of size ${size} does not go on from one of size ${FromSize}.`;
      throw new Refusal('invalid', problem);
    }
    const proof = await proveConsistency(tx, FromSize, size);
    return { Checkpoint: note, Proof: proof.map((hash) => hash.toString('base64')) };
  },
});
