import { GetInclusionProof } from '../../contracts/imprimatur-sealing.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { operation } from '../operation.ts';
import { findLeaf, proveInclusion } from './proof-store.ts';
import { requireCheckpoint } from './require-checkpoint-store.ts';

/** Proves that an entry is in the history of a checkpoint; tells nothing of what is in it. */
export const getInclusionProof = operation(GetInclusionProof, {
  effect: 'read',
  resource: () => '*',
  async run({ Sequence, Size }, { tx }) {
    const { size, note } = await requireCheckpoint(tx, Size);
    const leaf = await findLeaf(tx, Sequence);
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
