import { extendService, operationContract } from './contract.ts';
import type { ServiceData } from './contract.ts';
import { sagemaker, sagemakerExtensions } from './sagemaker.gen.ts';
import { accountContracts, accountShapes } from './imprimatur-accounts.ts';
import { eventContracts, eventShapes } from './imprimatur-events.ts';
import { deliveryContracts, deliveryShapes } from './imprimatur-deliveries.ts';
import { eventLogContracts, eventLogShapes } from './imprimatur-event-log.ts';
import { pastContracts, pastShapes } from './imprimatur-past.ts';
import { sealingContracts, sealingShapes } from './imprimatur-sealing.ts';
import { webhookContracts, webhookShapes } from './imprimatur-webhooks.ts';

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
  /** Where the journal was shortened: of what was before then, entries may be gone. */
  ShortenedBefore?: number;
}

/** Lists what happened to a resource: every change and every refused attempt, with who did it. */
export const ListResourceHistory = operationContract<
  ListResourceHistoryInput,
  ListResourceHistoryOutput
>('imprimatur', 'ListResourceHistory');

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
    ...sealingContracts,
    ...pastContracts,
    ...accountContracts,
    ...eventContracts,
    ...webhookContracts,
    ...deliveryContracts,
    ...eventLogContracts,
  },
  shapes: {
    ...sealingShapes,
    ...pastShapes,
    ...accountShapes,
    ...eventShapes,
    ...webhookShapes,
    ...deliveryShapes,
    ...eventLogShapes,
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
      members: {
        Entries: 'HistoryEntryList',
        NextToken: 'NextToken',
        ShortenedBefore: 'Timestamp',
      },
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
