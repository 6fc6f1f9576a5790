import { timedId } from '../../kernel/id.ts';
import type { ReadRecordRow } from '../../store/tables.ts';
import type { Call } from '../call.ts';
import { accountsOf, entryDocument } from '../journal/journal-entry.ts';
import type { ReadDocument } from './cloudtrail-record.ts';
import { omittedReads } from './trail-event.ts';

/** A read record before it has its number. */
export type NewReadRecord = Omit<ReadRecordRow, 'seq'>;

/** A call that read and succeeded. */
export interface NotedRead {
  readonly call: Call;
  readonly resourceArn: string | undefined;
  /** Its sensitive members hidden; undefined once it was too long to keep. */
  readonly request: unknown;
  readonly requestBytes: number;
}

/** A read as it is written down. */
export function readRecord(
  { call, resourceArn, request, requestBytes }: NotedRead,
  id: string,
  samplingRate: number,
): NewReadRecord {
  const document: ReadDocument = {
    ...entryDocument(call, { request }),
    ...(request === undefined && { requestBytes }),
    ...(samplingRate < 1 && { samplingRate }),
  };
  return {
    id: timedId(id, call.now),
    at: call.now,
    ...accountsOf(call, resourceArn),
    region: call.region,
    service: call.service,
    operation: call.operation,
    // A search may name anything, even what no column can hold.
    resource_arn: resourceArn?.replaceAll('\0', '\ufffd') ?? null,
    principal_arn: call.principal.arn,
    access_key_id: call.accessKeyId,
    request_id: call.requestId,
    document: JSON.stringify(document),
  };
}

/** Reads of one account in one region that have no records of their own. */
export interface OmittedReads {
  readonly accountId: string;
  readonly region: string;
  reads: number;
  /** When the first and the last of them came, epoch milliseconds. */
  readonly from: number;
  to: number;
}

/** The record that tells how many reads have none. */
export function omittedReadsRecord(
  { accountId, region, ...omitted }: OmittedReads,
  id: string,
): NewReadRecord {
  const document: ReadDocument = { sourceIp: '', userAgent: '', principalId: '', omitted };
  return {
    id: timedId(id, omitted.to),
    at: omitted.to,
    account_id: accountId,
    caller_account_id: null,
    region,
    service: 'imprimatur',
    operation: omittedReads,
    resource_arn: null,
    principal_arn: '',
    access_key_id: '',
    request_id: '',
    document: JSON.stringify(document),
  };
}
