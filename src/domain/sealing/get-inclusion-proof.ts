import { GetInclusionProof } from '../../contracts/imprimatur-sealing.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { operation } from '../operation.ts';
import { findLeafOf, proveInclusion } from './proof-store.ts';
import { requireCheckpoint } from './require-checkpoint-store.ts';

/** Proves that an entry of the caller's account is in the history of a checkpoint. */
export const getInclusionProof = operation(GetInclusionProof, {
  effect: 'read',
  resource: () => '*',
  async run({ Sequence, Size }, { tx, call }) {
    const { size, note } = await requireCheckpoint(tx, Size);
    // Whether another account has an entry of a number is that account's to know.
    const leaf = await findLeafOf(tx, { seq: Sequence, accountId: call.accountId });
    if (!leaf || leaf.position >= size) {
      const problem = `The checkpoint of size ${size} has no entry with the sequence ${Sequence}.`;
      throw new Refusal('missing', problem);
    }
    const proof = await proveInclusion(tx, leaf.position, size);
    return {
      Checkpoint: note,
      LeafIndex: leaf.position,
      LeafHash: Buffer.from(leaf.hash, 'hex').toString('base64'),
      Proof: proof.map((hash) => hash.toString('base64')),
    };
  },
});
