import { extendService, operationContract } from './contract.ts';
import type { ServiceData } from './contract.ts';
import { sagemaker, sagemakerExtensions } from './sagemaker.gen.ts';
import type {
  DescribeModelPackageGroupOutput,
  DescribeModelPackageOutput,
  ModelApprovalStatus,
  ModelPackageSummary,
  Tag,
} from './sagemaker.gen.ts';
import { accountContracts, accountShapes } from './imprimatur-accounts.ts';

/** One line of a resource's timeline. */
export interface HistoryEntry {
  Sequence: number;
  EventId: string;
  EventTime: number;
  EventSource: string;
  EventName: string;
  PrincipalArn: string;
  AccessKeyId: string;
  SourceIPAddress: string;
  UserAgent: string;
  RequestId: string;
  ErrorCode?: string;
  ErrorMessage?: string;
  /** JSON texts: members by name in wire shape; only what changed. */
  Request?: string;
  Before?: string;
  After?: string;
}

/** Input of ListResourceHistory. */
export interface ListResourceHistoryInput {
  ResourceArn: string;
  MaxResults?: number;
  NextToken?: string;
}

/** Output of ListResourceHistory: the newest entry first. */
export interface ListResourceHistoryOutput {
  Entries: HistoryEntry[];
  NextToken?: string;
}

/** Lists what happened to a resource: every change and every refused attempt, with who did it. */
export const ListResourceHistory = operationContract<
  ListResourceHistoryInput,
  ListResourceHistoryOutput
>('imprimatur', 'ListResourceHistory');

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

/** A moment of the past: a time, itself included, or a place in the journal; one of both. */
export interface AsOf {
  AsOfTime?: number;
  AsOfSequence?: number;
}

/** A journal entry that is pointed at. */
export interface EntryReference {
  Sequence: number;
  EventId: string;
  EventTime: number;
  EventName: string;
  PrincipalArn: string;
}

/** The entry that gave a package its approval status, and what was said with it. */
export interface ApprovalReference extends EntryReference {
  ApprovalDescription?: string;
}

/** Input of DescribeModelPackageAsOf. */
export interface DescribeModelPackageAsOfInput extends AsOf {
  ModelPackageName: string;
}

/** Output of DescribeModelPackageAsOf: what Describe and ListTags answered then, and whence. */
export interface DescribeModelPackageAsOfOutput {
  ModelPackage: DescribeModelPackageOutput;
  Tags: Tag[];
  /** The last entry of the journal that was taken into account, of whatever resource. */
  AsOfSequence: number;
  LastChange: EntryReference;
  ApprovalSetBy?: ApprovalReference;
}

/** Answers a package as it was, also one that is gone. */
export const DescribeModelPackageAsOf = operationContract<
  DescribeModelPackageAsOfInput,
  DescribeModelPackageAsOfOutput
>('imprimatur', 'DescribeModelPackageAsOf');

/** Input of DescribeModelPackageGroupAsOf. */
export interface DescribeModelPackageGroupAsOfInput extends AsOf {
  ModelPackageGroupName: string;
}

/** Output of DescribeModelPackageGroupAsOf. */
export interface DescribeModelPackageGroupAsOfOutput {
  ModelPackageGroup: DescribeModelPackageGroupOutput;
  Tags: Tag[];
  ResourcePolicy?: string;
  AsOfSequence: number;
  LastChange: EntryReference;
}

/** Answers a group as it was, also one that is gone. */
export const DescribeModelPackageGroupAsOf = operationContract<
  DescribeModelPackageGroupAsOfInput,
  DescribeModelPackageGroupAsOfOutput
>('imprimatur', 'DescribeModelPackageGroupAsOf');

/** Input of ListModelPackagesAsOf. */
export interface ListModelPackagesAsOfInput extends AsOf {
  ModelPackageGroupName: string;
  ModelApprovalStatus?: ModelApprovalStatus;
  MaxResults?: number;
  NextToken?: string;
}

/** A version as it was. */
export interface ModelPackageAsOf {
  ModelPackage: ModelPackageSummary;
  LastChange: EntryReference;
  ApprovalSetBy?: ApprovalReference;
}

/** Output of ListModelPackagesAsOf: the newest version first; a page may be short of items. */
export interface ListModelPackagesAsOfOutput {
  ModelPackages: ModelPackageAsOf[];
  AsOfSequence: number;
  NextToken?: string;
}

/** Lists the versions that a group had, as they were, with who had approved them. */
export const ListModelPackagesAsOf = operationContract<
  ListModelPackagesAsOfInput,
  ListModelPackagesAsOfOutput
>('imprimatur', 'ListModelPackagesAsOf');

const asOf = { AsOfTime: 'Timestamp', AsOfSequence: 'Sequence' } as const;
const entryReference = {
  Sequence: 'Long',
  EventId: 'String',
  EventTime: 'Timestamp',
  EventName: 'String',
  PrincipalArn: 'String',
} as const;

/** Operations of our own, on the same wire, in the same words as the generated contracts. */
export const imprimatur: ServiceData = {
  name: 'imprimatur',
  signingName: 'imprimatur',
  protocol: 'json',
  targetPrefix: 'Imprimatur',
  jsonVersion: '1.1',
  apiVersion: '2026-11-01',
  operations: {
    ListResourceHistory: {
      input: 'ListResourceHistoryInput',
      output: 'ListResourceHistoryOutput',
      errors: [],
    },
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
    DescribeModelPackageAsOf: {
      input: 'DescribeModelPackageAsOfInput',
      output: 'DescribeModelPackageAsOfOutput',
      errors: [],
    },
    DescribeModelPackageGroupAsOf: {
      input: 'DescribeModelPackageGroupAsOfInput',
      output: 'DescribeModelPackageGroupAsOfOutput',
      errors: [],
    },
    ListModelPackagesAsOf: {
      input: 'ListModelPackagesAsOfInput',
      output: 'ListModelPackagesAsOfOutput',
      errors: [],
    },
    ...accountContracts,
  },
  shapes: {
    ...accountShapes,
    // What was answered then is told in SageMaker's own shapes.
    ...extendService(sagemaker, sagemakerExtensions).shapes,
    ListResourceHistoryInput: {
      type: 'structure',
      required: ['ResourceArn'],
      members: { ResourceArn: 'ResourceArn', MaxResults: 'MaxResults', NextToken: 'NextToken' },
    },
    ListResourceHistoryOutput: {
      type: 'structure',
      required: ['Entries'],
      members: { Entries: 'HistoryEntryList', NextToken: 'NextToken' },
    },
    HistoryEntryList: { type: 'list', member: 'HistoryEntry' },
    HistoryEntry: {
      type: 'structure',
      members: {
        Sequence: 'Long',
        EventId: 'String',
        EventTime: 'Timestamp',
        EventSource: 'String',
        EventName: 'String',
        PrincipalArn: 'String',
        AccessKeyId: 'String',
        SourceIPAddress: 'String',
        UserAgent: 'String',
        RequestId: 'String',
        ErrorCode: 'String',
        ErrorMessage: 'String',
        Request: 'String',
        Before: 'String',
        After: 'String',
      },
    },
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
    EntryReference: { type: 'structure', members: entryReference },
    ApprovalReference: {
      type: 'structure',
      members: { ...entryReference, ApprovalDescription: 'ApprovalDescription' },
    },
    DescribeModelPackageAsOfInput: {
      type: 'structure',
      required: ['ModelPackageName'],
      members: { ModelPackageName: 'VersionedArnOrName', ...asOf },
    },
    DescribeModelPackageAsOfOutput: {
      type: 'structure',
      required: ['ModelPackage', 'Tags', 'AsOfSequence', 'LastChange'],
      members: {
        ModelPackage: 'DescribeModelPackageOutput',
        Tags: 'TagList',
        AsOfSequence: 'Long',
        LastChange: 'EntryReference',
        ApprovalSetBy: 'ApprovalReference',
      },
    },
    DescribeModelPackageGroupAsOfInput: {
      type: 'structure',
      required: ['ModelPackageGroupName'],
      members: { ModelPackageGroupName: 'ArnOrName', ...asOf },
    },
    DescribeModelPackageGroupAsOfOutput: {
      type: 'structure',
      required: ['ModelPackageGroup', 'Tags', 'AsOfSequence', 'LastChange'],
      members: {
        ModelPackageGroup: 'DescribeModelPackageGroupOutput',
        Tags: 'TagList',
        ResourcePolicy: 'String',
        AsOfSequence: 'Long',
        LastChange: 'EntryReference',
      },
    },
    ListModelPackagesAsOfInput: {
      type: 'structure',
      required: ['ModelPackageGroupName'],
      members: {
        ModelPackageGroupName: 'ArnOrName',
        ...asOf,
        ModelApprovalStatus: 'ModelApprovalStatus',
        MaxResults: 'MaxResults',
        NextToken: 'NextToken',
      },
    },
    ListModelPackagesAsOfOutput: {
      type: 'structure',
      required: ['ModelPackages', 'AsOfSequence'],
      members: {
        ModelPackages: 'ModelPackageAsOfList',
        AsOfSequence: 'Long',
        NextToken: 'NextToken',
      },
    },
    ModelPackageAsOfList: { type: 'list', member: 'ModelPackageAsOf' },
    ModelPackageAsOf: {
      type: 'structure',
      required: ['ModelPackage', 'LastChange'],
      members: {
        ModelPackage: 'ModelPackageSummary',
        LastChange: 'EntryReference',
        ApprovalSetBy: 'ApprovalReference',
      },
    },
    ResourceArn: {
      type: 'string',
      min: 1,
      max: 2048,
      pattern: 'arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]{12}:.+',
    },
    MaxResults: { type: 'integer', min: 1, max: 100 },
    NextToken: { type: 'string', max: 8192, pattern: '.*' },
    Sequence: { type: 'long', min: 1 },
    Long: { type: 'long' },
    String: { type: 'string' },
    Timestamp: { type: 'timestamp' },
  },
};
