import { operationContract } from './contract.ts';
import type { OperationData, ShapeData } from './contract.ts';

/** Input of GetCheckpoint: the newest one where no size is given. */
export interface GetCheckpointInput {
  Size?: number;
}

/** Output of GetCheckpoint. */
export interface GetCheckpointOutput {
  /** A signed note (C2SP). */
  Checkpoint: string;
  /** The public keys that sign or have signed, the oldest first, as signed notes have them. */
  PublicKeys: string[];
}

/** Answers a signed checkpoint of the history, for whoever holds it to account. */
export const GetCheckpoint = operationContract<GetCheckpointInput, GetCheckpointOutput>(
  'imprimatur',
  'GetCheckpoint',
);

/** Input of GetInclusionProof. */
export interface GetInclusionProofInput {
  /** The entry's Sequence, as ListResourceHistory tells it. */
  Sequence: number;
  /** Of a checkpoint; the newest one's where it is left out. */
  Size?: number;
}

/** Output of GetInclusionProof. */
export interface GetInclusionProofOutput {
  Checkpoint: string;
  LeafIndex: number;
  /** In base64, as all hashes. */
  LeafHash: string;
  Proof: string[];
}

/** Answers the hashes that prove that an entry is in the history of a checkpoint. */
export const GetInclusionProof = operationContract<GetInclusionProofInput, GetInclusionProofOutput>(
  'imprimatur',
  'GetInclusionProof',
);

/** Input of GetConsistencyProof. */
export interface GetConsistencyProofInput {
  /** The size of a checkpoint that the caller keeps. */
  FromSize: number;
  Size?: number;
}

/** Output of GetConsistencyProof. */
export interface GetConsistencyProofOutput {
  Checkpoint: string;
  Proof: string[];
}

/** Answers the hashes that prove that the history of a checkpoint goes on from an earlier one. */
export const GetConsistencyProof = operationContract<
  GetConsistencyProofInput,
  GetConsistencyProofOutput
>('imprimatur', 'GetConsistencyProof');

/** Operations on the sealed history. */
export const sealingContracts: Readonly<Record<string, OperationData>> = {
  GetCheckpoint: { input: 'GetCheckpointInput', output: 'GetCheckpointOutput', errors: [] },
  GetInclusionProof: {
    input: 'GetInclusionProofInput',
    output: 'GetInclusionProofOutput',
    errors: [],
  },
  GetConsistencyProof: {
    input: 'GetConsistencyProofInput',
    output: 'GetConsistencyProofOutput',
    errors: [],
  },
};

/** The shapes of these operations, besides those that all have. */
export const sealingShapes: Readonly<Record<string, ShapeData>> = {
  GetCheckpointInput: { type: 'structure', members: { Size: 'Size' } },
  GetCheckpointOutput: {
    type: 'structure',
    required: ['Checkpoint', 'PublicKeys'],
    members: { Checkpoint: 'String', PublicKeys: 'StringList' },
  },
  GetInclusionProofInput: {
    type: 'structure',
    required: ['Sequence'],
    members: { Sequence: 'Size', Size: 'Size' },
  },
  GetInclusionProofOutput: {
    type: 'structure',
    required: ['Checkpoint', 'LeafIndex', 'LeafHash', 'Proof'],
    members: {
      Checkpoint: 'String',
      LeafIndex: 'Long',
      LeafHash: 'String',
      Proof: 'StringList',
    },
  },
  GetConsistencyProofInput: {
    type: 'structure',
    required: ['FromSize'],
    members: { FromSize: 'Size', Size: 'Size' },
  },
  GetConsistencyProofOutput: {
    type: 'structure',
    required: ['Checkpoint', 'Proof'],
    members: { Checkpoint: 'String', Proof: 'StringList' },
  },
  StringList: { type: 'list', member: 'String' },
  Size: { type: 'long', min: 1 },
};
