import { operationContract } from './contract.ts';
import type { OperationData, ShapeData } from './contract.ts';

/** What can happen to a model package that a webhook tells of. */
export const webhookEvents = [
  'registered',
  'approved',
  'rejected',
  'archived',
  'changed',
  'deleted',
  'any',
] as const;

/** One of them. */
export type WebhookEvent = (typeof webhookEvents)[number];

/** How a webhook spells an event. */
export type WebhookFormat = 'EventBridge' | 'CloudEvents';

/** Whether a webhook gets events. */
export type WebhookState = 'Enabled' | 'Disabled';

/** An endpoint and the events that it is told of. */
export interface Webhook {
  Name: string;
  WebhookArn: string;
  Url: string;
  /** Left out of one that has a pattern instead. */
  Events?: WebhookEvent[];
  /** The group whose events it is told of; without it those of all. */
  ModelPackageGroupName?: string;
  EventPattern?: string;
  Format: WebhookFormat;
  State: WebhookState;
  Description?: string;
  /** The rule of the default event bus that feeds it. */
  RuleArn: string;
  CreationTime: number;
  LastModifiedTime: number;
}

/** Which events are meant: by words, or by a pattern of EventBridge's language. */
interface WebhookChoice {
  Events?: WebhookEvent[];
  ModelPackageGroupName?: string;
  EventPattern?: string;
}

/** Input of CreateWebhook; without a name one is made of the URL's host. */
export interface CreateWebhookInput extends WebhookChoice {
  Name?: string;
  Url: string;
  Format?: WebhookFormat;
  State?: WebhookState;
  Description?: string;
}

/** Output of CreateWebhook: this once with the secret. */
export interface CreateWebhookOutput {
  Webhook: Webhook;
  Secret: string;
}

/** Input of DescribeWebhook, DeleteWebhook and TestWebhook. */
export interface DescribeWebhookInput {
  Name: string;
}

/** Output of DescribeWebhook and UpdateWebhook. */
export interface DescribeWebhookOutput {
  Webhook: Webhook;
}

/** Input of UpdateWebhook: what is left out stays; an empty text takes it away. */
export interface UpdateWebhookInput extends WebhookChoice {
  Name: string;
  Url?: string;
  Format?: WebhookFormat;
  State?: WebhookState;
  Description?: string;
}

/** Input of ListWebhooks. */
export interface ListWebhooksInput {
  MaxResults?: number;
  NextToken?: string;
}

/** Output of ListWebhooks: by name. */
export interface ListWebhooksOutput {
  Webhooks: Webhook[];
  NextToken?: string;
}

/** Input of RotateWebhookSecret. */
export interface RotateWebhookSecretInput {
  Name: string;
  /** How long the old secret signs too; a day where it is left out. */
  OverlapSeconds?: number;
}

/** Input of RotateApiDestinationSecret. */
export interface RotateApiDestinationSecretInput {
  Name: string;
  OverlapSeconds?: number;
}

/** Output of RotateWebhookSecret and RotateApiDestinationSecret: this once with the new secret. */
export interface RotateSecretOutput {
  Secret: string;
  /** Until when the old one signs too. */
  OldSecretExpirationTime: number;
}

/** Output of TestWebhook. */
export interface TestWebhookOutput {
  /** The `id` of the event that is on its way. */
  EventId: string;
}

/** Makes a webhook, the rule that feeds it, and the secret that signs for it. */
export const CreateWebhook = operationContract<CreateWebhookInput, CreateWebhookOutput>(
  'imprimatur',
  'CreateWebhook',
);
/** Describes a webhook. */
export const DescribeWebhook = operationContract<DescribeWebhookInput, DescribeWebhookOutput>(
  'imprimatur',
  'DescribeWebhook',
);
/** Lists the webhooks. */
export const ListWebhooks = operationContract<ListWebhooksInput, ListWebhooksOutput>(
  'imprimatur',
  'ListWebhooks',
);
/** Changes where a webhook's events go, or which they are. */
export const UpdateWebhook = operationContract<UpdateWebhookInput, DescribeWebhookOutput>(
  'imprimatur',
  'UpdateWebhook',
);
/** Deletes a webhook with its rule. */
export const DeleteWebhook = operationContract<DescribeWebhookInput, Record<string, never>>(
  'imprimatur',
  'DeleteWebhook',
);
/** Gives a webhook a new secret; the old one signs too for a while. */
export const RotateWebhookSecret = operationContract<RotateWebhookSecretInput, RotateSecretOutput>(
  'imprimatur',
  'RotateWebhookSecret',
);
/** Sends an event to a webhook that tells of nothing. */
export const TestWebhook = operationContract<DescribeWebhookInput, TestWebhookOutput>(
  'imprimatur',
  'TestWebhook',
);
/** The same as RotateWebhookSecret for an API destination, whose first secret nobody was told. */
export const RotateApiDestinationSecret = operationContract<
  RotateApiDestinationSecretInput,
  RotateSecretOutput
>('imprimatur', 'RotateApiDestinationSecret');

const named = { input: 'DescribeWebhookInput', errors: [] } as const;

/** What can be done with webhooks. */
export const webhookContracts: Readonly<Record<string, OperationData>> = {
  CreateWebhook: { input: 'CreateWebhookInput', output: 'CreateWebhookOutput', errors: [] },
  DescribeWebhook: { ...named, output: 'DescribeWebhookOutput' },
  ListWebhooks: { input: 'ListWebhooksInput', output: 'ListWebhooksOutput', errors: [] },
  UpdateWebhook: { input: 'UpdateWebhookInput', output: 'DescribeWebhookOutput', errors: [] },
  DeleteWebhook: named,
  RotateWebhookSecret: {
    input: 'RotateWebhookSecretInput',
    output: 'RotateSecretOutput',
    errors: [],
  },
  TestWebhook: { ...named, output: 'TestWebhookOutput' },
  RotateApiDestinationSecret: {
    input: 'RotateApiDestinationSecretInput',
    output: 'RotateSecretOutput',
    errors: [],
  },
};

const settable = {
  Name: 'WebhookName',
  Url: 'WebhookUrl',
  Events: 'WebhookEventList',
  ModelPackageGroupName: 'WebhookGroupName',
  EventPattern: 'WebhookEventPattern',
  Format: 'WebhookFormat',
  State: 'WebhookState',
  Description: 'WebhookDescription',
} as const;

/** The shapes of these operations, besides those that all have. */
export const webhookShapes: Readonly<Record<string, ShapeData>> = {
  CreateWebhookInput: { type: 'structure', required: ['Url'], members: settable },
  UpdateWebhookInput: { type: 'structure', required: ['Name'], members: settable },
  CreateWebhookOutput: {
    type: 'structure',
    required: ['Webhook', 'Secret'],
    members: { Webhook: 'Webhook', Secret: 'WebhookSecret' },
  },
  DescribeWebhookInput: {
    type: 'structure',
    required: ['Name'],
    members: { Name: 'WebhookName' },
  },
  DescribeWebhookOutput: {
    type: 'structure',
    required: ['Webhook'],
    members: { Webhook: 'Webhook' },
  },
  ListWebhooksInput: {
    type: 'structure',
    members: { MaxResults: 'MaxResults', NextToken: 'NextToken' },
  },
  ListWebhooksOutput: {
    type: 'structure',
    required: ['Webhooks'],
    members: { Webhooks: 'WebhookList', NextToken: 'NextToken' },
  },
  RotateWebhookSecretInput: {
    type: 'structure',
    required: ['Name'],
    members: { Name: 'WebhookName', OverlapSeconds: 'WebhookOverlapSeconds' },
  },
  RotateApiDestinationSecretInput: {
    type: 'structure',
    required: ['Name'],
    members: { Name: 'ApiDestinationName', OverlapSeconds: 'WebhookOverlapSeconds' },
  },
  RotateSecretOutput: {
    type: 'structure',
    required: ['Secret', 'OldSecretExpirationTime'],
    members: { Secret: 'WebhookSecret', OldSecretExpirationTime: 'Timestamp' },
  },
  TestWebhookOutput: {
    type: 'structure',
    required: ['EventId'],
    members: { EventId: 'String' },
  },
  WebhookList: { type: 'list', member: 'Webhook' },
  Webhook: {
    type: 'structure',
    required: [
      'Name',
      'WebhookArn',
      'Url',
      'Format',
      'State',
      'RuleArn',
      'CreationTime',
      'LastModifiedTime',
    ],
    members: {
      ...settable,
      WebhookArn: 'ResourceArn',
      RuleArn: 'ResourceArn',
      CreationTime: 'Timestamp',
      LastModifiedTime: 'Timestamp',
    },
  },
  WebhookName: { type: 'string', min: 1, max: 40, pattern: '[.\\-_A-Za-z0-9]+' },
  ApiDestinationName: { type: 'string', min: 1, max: 64, pattern: '[.\\-_A-Za-z0-9]+' },
  // Some services put a password into the path.
  WebhookUrl: {
    type: 'string',
    min: 1,
    max: 2048,
    pattern: 'https?://[\\u0021-\\u007E]+',
    sensitive: true,
  },
  WebhookEventList: { type: 'list', member: 'WebhookEvent', min: 1, max: 7 },
  WebhookEvent: { type: 'string', enum: webhookEvents },
  WebhookGroupName: {
    type: 'string',
    max: 63,
    pattern: '([a-zA-Z0-9](-*[a-zA-Z0-9]){0,62})?',
  },
  WebhookEventPattern: { type: 'string', max: 2048 },
  WebhookFormat: { type: 'string', enum: ['EventBridge', 'CloudEvents'] },
  WebhookState: { type: 'string', enum: ['Enabled', 'Disabled'] },
  WebhookDescription: { type: 'string', max: 512, pattern: '.*' },
  WebhookOverlapSeconds: { type: 'integer', min: 0, max: 604_800 },
  WebhookSecret: { type: 'string', sensitive: true },
};
