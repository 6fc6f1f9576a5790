import { getCheckpoint } from './get-checkpoint.ts';
import { getConsistencyProof } from './get-consistency-proof.ts';
import { getInclusionProof } from './get-inclusion-proof.ts';

/** What clients can hold the history to account by. */
export const sealingOperations = [getCheckpoint, getInclusionProof, getConsistencyProof];
