import { operationContract } from './contract.ts';
import type { OperationData, ShapeData } from './contract.ts';

/** Input of StreamEvents: nothing is told but what was put on the bus after a place in the log. */
export interface StreamEventsInput {
  /** Its name or ARN; the default bus where it is left out. */
  EventBusName?: string;
  /** Of EventBridge's language; everything where it is left out. */
  EventPattern?: string;
  /** The place after which to go on. */
  LastEventId?: string;
  /** Where no place is known: from when on. */
  StartTime?: number;
}

/** Output of StreamEvents: where the stream begins. */
export interface StreamEventsOutput {
  EventBusArn: string;
  LastEventId: string;
  /** Whether events after the place that was asked for are kept no longer. */
  HasGap: boolean;
}

/** An event as the log of a bus keeps it. */
export interface BusEvent {
  /** Its place in the log. */
  LogId: string;
  EventBusName: string;
  IngestionTime: number;
  /** The event as JSON text. */
  Event: string;
}

/** Input of ListEvents: the newest first. */
export interface ListEventsInput {
  EventBusName?: string;
  EventPattern?: string;
  StartTime?: number;
  EndTime?: number;
  MaxResults?: number;
  NextToken?: string;
}

/** Output of ListEvents. */
export interface ListEventsOutput {
  Events: BusEvent[];
  NextToken?: string;
}

/** Tells events as they are put on a bus; on its path as server-sent events, without end. */
export const StreamEvents = operationContract<StreamEventsInput, StreamEventsOutput>(
  'imprimatur',
  'StreamEvents',
);
/** Lists what was put on a bus. */
export const ListEvents = operationContract<ListEventsInput, ListEventsOutput>(
  'imprimatur',
  'ListEvents',
);
/** What can be asked of the log of events. */
export const eventLogContracts: Readonly<Record<string, OperationData>> = {
  StreamEvents: {
    input: 'StreamEventsInput',
    output: 'StreamEventsOutput',
    errors: [],
    http: { method: 'GET', requestUri: '/imprimatur/events' },
  },
  ListEvents: { input: 'ListEventsInput', output: 'ListEventsOutput', errors: [] },
};

const times = { StartTime: 'Timestamp', EndTime: 'Timestamp' } as const;
const page = { MaxResults: 'MaxResults', NextToken: 'NextToken' } as const;
const inQuery = { location: 'querystring' } as const;

/** The shapes of these operations, besides those that all have. */
export const eventLogShapes: Readonly<Record<string, ShapeData>> = {
  StreamEventsInput: {
    type: 'structure',
    members: {
      EventBusName: { shape: 'EventBusReference', locationName: 'bus', ...inQuery },
      EventPattern: { shape: 'EventPatternText', locationName: 'pattern', ...inQuery },
      LastEventId: { shape: 'LogId', locationName: 'last-event-id', ...inQuery },
      StartTime: { shape: 'Timestamp', locationName: 'from', ...inQuery },
    },
  },
  StreamEventsOutput: {
    type: 'structure',
    required: ['EventBusArn', 'LastEventId', 'HasGap'],
    members: { EventBusArn: 'String', LastEventId: 'String', HasGap: 'Boolean' },
  },
  ListEventsInput: {
    type: 'structure',
    members: {
      EventBusName: 'EventBusReference',
      EventPattern: 'EventPatternText',
      ...times,
      ...page,
    },
  },
  ListEventsOutput: {
    type: 'structure',
    required: ['Events'],
    members: { Events: 'BusEventList', NextToken: 'NextToken' },
  },
  BusEventList: { type: 'list', member: 'BusEvent' },
  BusEvent: {
    type: 'structure',
    required: ['LogId', 'EventBusName', 'IngestionTime', 'Event'],
    members: {
      LogId: 'String',
      EventBusName: 'String',
      IngestionTime: 'Timestamp',
      Event: 'String',
    },
  },
  EventBusReference: { type: 'string', min: 1, max: 1600, pattern: '[/\\.\\-_A-Za-z0-9:]+' },
  EventPatternText: { type: 'string', min: 1, max: 4096 },
  LogId: { type: 'string', min: 1, max: 15, pattern: '[0-9]+' },
};
