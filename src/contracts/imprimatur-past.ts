import { operationContract } from './contract.ts';
import type { OperationData, ShapeData } from './contract.ts';
import type {
  DescribeModelPackageGroupOutput,
  DescribeModelPackageOutput,
  ModelApprovalStatus,
  ModelPackageSummary,
  Tag,
} from './sagemaker.gen.ts';

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

/** Operations on what was. */
export const pastContracts: Readonly<Record<string, OperationData>> = {
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
};

/** The shapes of these operations, besides those that all have. */
export const pastShapes: Readonly<Record<string, ShapeData>> = {
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
};
