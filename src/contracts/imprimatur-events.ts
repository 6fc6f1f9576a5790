import { operationContract } from './contract.ts';
import type { OperationData, ShapeData } from './contract.ts';

/** Input of ReplayEvents. */
export interface ReplayEventsInput {
  /** A rule's name, or its ARN. */
  Rule: string;
  /** The bus of a rule that is given by its name; `default` where it is left out. */
  EventBusName?: string;
  /** What came to the bus at this time or after it … */
  From: number;
  /** … and before this; until now where it is left out. */
  To?: number;
  /** Of the replay; made up where it is left out. */
  Name?: string;
}

/** Output of ReplayEvents: how it goes on is what DescribeReplay tells. */
export interface ReplayEventsOutput {
  ReplayName: string;
  ReplayArn: string;
  State: string;
  ReplayStartTime: number;
}

/** Sends events out of a bus's own log to one of its rules once more. */
export const ReplayEvents = operationContract<ReplayEventsInput, ReplayEventsOutput>(
  'imprimatur',
  'ReplayEvents',
);

/** What can be done with events besides what EventBridge does. */
export const eventContracts: Readonly<Record<string, OperationData>> = {
  ReplayEvents: { input: 'ReplayEventsInput', output: 'ReplayEventsOutput', errors: [] },
};

/** The shapes of these operations, besides those that all have. */
export const eventShapes: Readonly<Record<string, ShapeData>> = {
  ReplayEventsInput: {
    type: 'structure',
    required: ['Rule', 'From'],
    members: {
      Rule: 'RuleNameOrArn',
      EventBusName: 'EventBusName',
      From: 'Timestamp',
      To: 'Timestamp',
      Name: 'ReplayName',
    },
  },
  ReplayEventsOutput: {
    type: 'structure',
    required: ['ReplayName', 'ReplayArn', 'State', 'ReplayStartTime'],
    members: {
      ReplayName: 'ReplayName',
      ReplayArn: 'String',
      State: 'String',
      ReplayStartTime: 'Timestamp',
    },
  },
  RuleNameOrArn: { type: 'string', min: 1, max: 1600, pattern: '[\\.\\-_:/A-Za-z0-9]+' },
  EventBusName: { type: 'string', min: 1, max: 256, pattern: '[/\\.\\-_A-Za-z0-9]+' },
  ReplayName: { type: 'string', min: 1, max: 64, pattern: '[\\.\\-_A-Za-z0-9]+' },
};
