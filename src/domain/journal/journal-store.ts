import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type { JournalRow } from '../../store/tables.ts';
import type { Call } from '../call.ts';
import { entryDocument } from './journal-entry.ts';
import type { Outcome } from './journal-entry.ts';

type NewEntry = Omit<JournalRow, 'seq'>;

const insertEntry = query<NewEntry>((sql, entry) =>
  sql.insertInto('journal').values({
    id: entry.id,
    at: entry.at,
    account_id: entry.account_id,
    region: entry.region,
    service: entry.service,
    operation: entry.operation,
    resource_arn: entry.resource_arn,
    principal_arn: entry.principal_arn,
    access_key_id: entry.access_key_id,
    request_id: entry.request_id,
    error_code: entry.error_code,
    document: entry.document,
  }),
);

/** Appends the entry of one call; in the same transaction as its change, if it made one. */
export async function appendEntry(
  tx: Transaction,
  id: string,
  call: Call,
  outcome: Outcome,
): Promise<void> {
  await tx.run(insertEntry, {
    id,
    at: call.now,
    account_id: call.accountId,
    region: call.region,
    service: call.service,
    operation: call.operation,
    resource_arn: outcome.change?.resourceArn ?? outcome.resourceArn ?? null,
    principal_arn: call.principal.arn,
    access_key_id: call.accessKeyId,
    request_id: call.requestId,
    error_code: outcome.error?.code ?? null,
    document: JSON.stringify(entryDocument(call, outcome)),
  });
}

interface HistoryQuery {
  accountId: string;
  region: string;
  /** Lower-cased, as ARNs are matched whatever their case. */
  arnKey: string;
  beforeSeq: number;
  limit: number;
}

const selectHistory = query<HistoryQuery, JournalRow>((sql, q) =>
  sql
    .selectFrom('journal')
    .selectAll()
    .where((e) => e(e.fn<string>('lower', ['resource_arn']), '=', q.arnKey))
    .where('account_id', '=', q.accountId)
    .where('region', '=', q.region)
    .where('seq', '<', q.beforeSeq)
    .orderBy('seq', 'desc')
    .limit(q.limit),
);

/** A resource's entries before a sequence number, the newest first. */
export function listEntriesOf(tx: Transaction, q: HistoryQuery): Promise<JournalRow[]> {
  return tx.all(selectHistory, q);
}
