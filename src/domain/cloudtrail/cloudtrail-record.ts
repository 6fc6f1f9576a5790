import { limits } from '../../kernel/limits.ts';
import { parseArn } from '../../kernel/arn.ts';
import type { JournalRow } from '../../store/tables.ts';
import type { EntryDocument, EntrySession } from '../journal/journal-entry.ts';
import { operationNamed, recorded, recordTime } from './record-names.ts';
import { knownAnswer } from './response-elements.ts';
import {
  callerAccount,
  eventIdFor,
  eventSourceOf,
  isReadOnly,
  knowsCaller,
  omittedReads,
  resourceOf,
} from './trail-event.ts';
import type { Viewer } from './trail-event.ts';

type Json = Record<string, unknown>;

/** What the document of a read record holds. */
export interface ReadDocument extends Omit<EntryDocument, 'before' | 'after' | 'events'> {
  /** The part of all reads that was recorded, where it is not all of them. */
  readonly samplingRate?: number;
  /** The length of a request that was too long to keep. */
  readonly requestBytes?: number;
  /** Of a record that stands for reads without records of their own. */
  readonly omitted?: { readonly reads: number; readonly from: number; readonly to: number };
}

/** The journal's entry, or a read record, as CloudTrail tells it to an account (audit.md 1). */
export function cloudTrailRecord(row: JournalRow, viewer: Viewer): Json {
  const document = JSON.parse(row.document) as EntryDocument & ReadDocument;
  if (row.operation === omittedReads) return omittedReadsRecord(row, document);
  const isRead = isReadOnly(row.operation);
  const resource = resourceOf(row);
  return {
    eventVersion,
    userIdentity: userIdentity(row, document, viewer),
    eventTime: recordTime(row.at),
    eventSource: eventSourceOf(row),
    eventName: row.operation,
    awsRegion: row.region,
    sourceIPAddress: document.sourceIp,
    userAgent: document.userAgent,
    ...(row.error_code !== null && {
      // CloudTrail leaves the suffix of this one away (audit.md 1.3).
      errorCode: row.error_code.replace(/^AccessDeniedException$/, 'AccessDenied'),
      errorMessage: document.errorMessage,
    }),
    requestParameters: requestParameters(row, document),
    responseElements: isRead || row.error_code !== null ? null : responseElements(row, document),
    ...(document.samplingRate !== undefined && {
      additionalEventData: { samplingRate: document.samplingRate },
    }),
    requestID: row.request_id,
    eventID: eventIdFor(row, viewer),
    readOnly: isRead,
    ...(resource && { resources: [resourceElement(resource)] }),
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: viewer.accountId,
    ...(row.caller_account_id !== null && { sharedEventID: row.id }),
    eventCategory: 'Management',
  };
}

const eventVersion = '1.11';

/** Reads that the server could not record one by one: it says so in its own name. */
function omittedReadsRecord(row: JournalRow, { omitted }: ReadDocument): Json {
  return {
    eventVersion,
    userIdentity: { type: 'AWSService', invokedBy: eventSourceOf(row) },
    eventTime: recordTime(row.at),
    eventSource: eventSourceOf(row),
    eventName: row.operation,
    awsRegion: row.region,
    sourceIPAddress: eventSourceOf(row),
    userAgent: eventSourceOf(row),
    requestParameters: null,
    responseElements: null,
    eventID: row.id,
    readOnly: true,
    eventType: 'AwsServiceEvent',
    managementEvent: true,
    recipientAccountId: row.account_id,
    serviceEventDetails: {
      omittedReads: omitted?.reads,
      from: recordTime(omitted?.from ?? row.at),
      to: recordTime(omitted?.to ?? row.at),
    },
    eventCategory: 'Management',
  };
}

/** Who called; another account is told the account alone. */
function userIdentity(
  row: JournalRow,
  { principalId, session }: EntryDocument,
  viewer: Viewer,
): Json {
  const accountId = callerAccount(row);
  if (!knowsCaller(row, viewer)) return { type: 'AWSAccount', principalId, accountId };
  const { principal_arn: arn, access_key_id: accessKeyId } = row;
  const [kind, ...names] = (parseArn(arn)?.resource ?? '').split('/');
  const identity = {
    principalId,
    arn,
    accountId,
    accessKeyId,
    ...(session && { sessionContext: sessionContext(session, accountId) }),
  };
  switch (kind) {
    case 'root':
      return { type: 'Root', ...identity };
    case 'assumed-role':
      return { type: 'AssumedRole', ...identity };
    case 'federated-user':
      return { type: 'FederatedUser', ...identity };
    default:
      return { type: 'IAMUser', ...identity, userName: names.at(-1) };
  }
}

/** What is behind temporary credentials: of a role's session the role as it was then. */
function sessionContext({ role, issuedAt, sourceIdentity }: EntrySession, accountId: string): Json {
  return {
    ...(role && {
      sessionIssuer: {
        type: 'Role',
        principalId: role.id,
        arn: role.arn,
        accountId,
        userName: role.name,
      },
    }),
    // Nobody can ask for a second factor here.
    attributes: { creationDate: recordTime(issuedAt), mfaAuthenticated: 'false' },
    ...(sourceIdentity !== undefined && { sourceIdentity }),
  };
}

function requestParameters(row: JournalRow, { request, requestBytes }: ReadDocument): unknown {
  if (requestBytes !== undefined) return omission('requestParameters', requestBytes);
  const shape = operationNamed(row.service, row.operation)?.input;
  if (request === undefined || !shape) return null;
  const parameters = recorded(request, shape) as Json;
  return Object.keys(parameters).length === 0 ? null : fitting('requestParameters', parameters);
}

function responseElements(row: JournalRow, { request, after }: EntryDocument): unknown {
  const operation = operationNamed(row.service, row.operation);
  if (!operation?.output) return null;
  const known = { request: (request ?? {}) as Json, after: (after ?? {}) as Json };
  const answer = knownAnswer(operation, { ...known, resourceArn: row.resource_arn });
  return answer && fitting('responseElements', recorded(answer, operation.output));
}

/** The value, or what CloudTrail puts in the place of one that is too long. */
function fitting(name: string, value: unknown): unknown {
  const { length } = JSON.stringify(value);
  return length <= limits.recordMembersCharactersMax ? value : omission(name, length);
}

function omission(name: string, originalSize: number): Json {
  return { omitted: true, originalSize, reason: `${name} too large` };
}

function resourceElement(resource: NonNullable<ReturnType<typeof resourceOf>>): Json {
  const { accountId, type, arn } = resource;
  return { accountId, ...(type !== undefined && { type }), ARN: arn };
}
