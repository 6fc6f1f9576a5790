import { operationContract } from './contract.ts';
import type { OperationData, ShapeData } from './contract.ts';

/** What became of one event for one target of a rule. */
export type DeliveryState = 'PENDING' | 'DELIVERED' | 'FAILED' | 'DEAD_LETTERED';

/** One event for one target of a rule. */
export interface Delivery {
  DeliveryId: number;
  State: DeliveryState;
  /** Of the envelope; left out where the log no longer has it. */
  EventId?: string;
  RuleArn: string;
  TargetId: string;
  TargetArn: string;
  ReplayName?: string;
  AttemptCount: number;
  CreationTime: number;
  /** Of what is pending. */
  NextAttemptTime?: number;
  SettledTime?: number;
  /** Of the last attempt that failed. */
  ErrorCode?: string;
  ErrorMessage?: string;
}

/** One try of a delivery. */
export interface DeliveryAttempt {
  Number: number;
  AttemptTime: number;
  DurationInMilliseconds: number;
  StatusCode?: number;
  ErrorCode?: string;
  /** The first bytes of the answer, or what went wrong instead of one. */
  Answer?: string;
}

/** Input of ListDeliveries: the newest first. */
export interface ListDeliveriesInput {
  State?: DeliveryState;
  RuleArn?: string;
  TargetArn?: string;
  EventId?: string;
  StartTime?: number;
  EndTime?: number;
  MaxResults?: number;
  NextToken?: string;
}

/** Output of ListDeliveries. */
export interface ListDeliveriesOutput {
  Deliveries: Delivery[];
  NextToken?: string;
}

/** Input of DescribeDelivery. */
export interface DescribeDeliveryInput {
  DeliveryId: number;
}

/** Output of DescribeDelivery. */
export interface DescribeDeliveryOutput {
  Delivery: Delivery;
  Attempts: DeliveryAttempt[];
  /** The event as JSON text. */
  Event?: string;
}

/** Input of RedriveDeliveries: some by their numbers, or all that a rule gave up. */
export interface RedriveDeliveriesInput {
  DeliveryIds?: number[];
  RuleArn?: string;
  TargetId?: string;
  /** Those that were made in between. */
  StartTime?: number;
  EndTime?: number;
  NextToken?: string;
}

/** Output of RedriveDeliveries. */
export interface RedriveDeliveriesOutput {
  RedrivenCount: number;
  /** Where there are more: whoever goes on from here meets none twice, however soon it fails. */
  NextToken?: string;
}

/** Lists what was, or is to be, delivered. */
export const ListDeliveries = operationContract<ListDeliveriesInput, ListDeliveriesOutput>(
  'imprimatur',
  'ListDeliveries',
);
/** Tells a delivery with all its attempts. */
export const DescribeDelivery = operationContract<DescribeDeliveryInput, DescribeDeliveryOutput>(
  'imprimatur',
  'DescribeDelivery',
);
/** Has what was given up tried once more. */
export const RedriveDeliveries = operationContract<RedriveDeliveriesInput, RedriveDeliveriesOutput>(
  'imprimatur',
  'RedriveDeliveries',
);

/** What can be done with deliveries. */
export const deliveryContracts: Readonly<Record<string, OperationData>> = {
  ListDeliveries: { input: 'ListDeliveriesInput', output: 'ListDeliveriesOutput', errors: [] },
  DescribeDelivery: {
    input: 'DescribeDeliveryInput',
    output: 'DescribeDeliveryOutput',
    errors: [],
  },
  RedriveDeliveries: {
    input: 'RedriveDeliveriesInput',
    output: 'RedriveDeliveriesOutput',
    errors: [],
  },
};

const times = { StartTime: 'Timestamp', EndTime: 'Timestamp' } as const;
const page = { MaxResults: 'MaxResults', NextToken: 'NextToken' } as const;

/** The shapes of these operations, besides those that all have. */
export const deliveryShapes: Readonly<Record<string, ShapeData>> = {
  ListDeliveriesInput: {
    type: 'structure',
    members: {
      State: 'DeliveryState',
      RuleArn: 'ResourceArn',
      TargetArn: 'TargetArn',
      EventId: 'EventId',
      ...times,
      ...page,
    },
  },
  ListDeliveriesOutput: {
    type: 'structure',
    required: ['Deliveries'],
    members: { Deliveries: 'DeliveryList', NextToken: 'NextToken' },
  },
  DescribeDeliveryInput: {
    type: 'structure',
    required: ['DeliveryId'],
    members: { DeliveryId: 'DeliveryId' },
  },
  DescribeDeliveryOutput: {
    type: 'structure',
    required: ['Delivery', 'Attempts'],
    members: { Delivery: 'Delivery', Attempts: 'DeliveryAttemptList', Event: 'String' },
  },
  RedriveDeliveriesInput: {
    type: 'structure',
    members: {
      DeliveryIds: 'DeliveryIdList',
      RuleArn: 'ResourceArn',
      TargetId: 'TargetId',
      ...times,
      NextToken: 'NextToken',
    },
  },
  RedriveDeliveriesOutput: {
    type: 'structure',
    required: ['RedrivenCount'],
    members: { RedrivenCount: 'Long', NextToken: 'NextToken' },
  },
  DeliveryList: { type: 'list', member: 'Delivery' },
  Delivery: {
    type: 'structure',
    required: [
      'DeliveryId',
      'State',
      'RuleArn',
      'TargetId',
      'TargetArn',
      'AttemptCount',
      'CreationTime',
    ],
    members: {
      DeliveryId: 'DeliveryId',
      State: 'DeliveryState',
      EventId: 'String',
      RuleArn: 'String',
      TargetId: 'String',
      TargetArn: 'String',
      ReplayName: 'String',
      AttemptCount: 'Long',
      CreationTime: 'Timestamp',
      NextAttemptTime: 'Timestamp',
      SettledTime: 'Timestamp',
      ErrorCode: 'String',
      ErrorMessage: 'String',
    },
  },
  DeliveryAttemptList: { type: 'list', member: 'DeliveryAttempt' },
  DeliveryAttempt: {
    type: 'structure',
    required: ['Number', 'AttemptTime', 'DurationInMilliseconds'],
    members: {
      Number: 'Long',
      AttemptTime: 'Timestamp',
      DurationInMilliseconds: 'Long',
      StatusCode: 'Long',
      ErrorCode: 'String',
      Answer: 'String',
    },
  },
  DeliveryState: {
    type: 'string',
    enum: ['PENDING', 'DELIVERED', 'FAILED', 'DEAD_LETTERED'],
  },
  DeliveryId: { type: 'long', min: 1 },
  DeliveryIdList: { type: 'list', member: 'DeliveryId', min: 1, max: 100 },
  EventId: { type: 'string', min: 36, max: 36, pattern: '[0-9a-f-]+' },
  TargetArn: { type: 'string', min: 1, max: 1600 },
  TargetId: { type: 'string', min: 1, max: 64, pattern: '[\\.\\-_A-Za-z0-9]+' },
};
