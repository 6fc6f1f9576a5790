import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type { ReadRecordRow } from '../../store/tables.ts';
import type { NewReadRecord } from './read-record.ts';

const insertRow = query<NewReadRecord>((sql, row) =>
  sql.insertInto('read_record').values({
    id: row.id,
    at: row.at,
    account_id: row.account_id,
    caller_account_id: row.caller_account_id,
    region: row.region,
    service: row.service,
    operation: row.operation,
    resource_arn: row.resource_arn,
    principal_arn: row.principal_arn,
    access_key_id: row.access_key_id,
    request_id: row.request_id,
    document: row.document,
  }),
);

/** Writes read records down. */
export async function insertReadRecords(
  tx: Transaction,
  rows: readonly NewReadRecord[],
): Promise<void> {
  for (const row of rows) await tx.run(insertRow, row);
}

const selectOldest = query<{ limit: number }, Pick<ReadRecordRow, 'seq' | 'at'>>((sql, q) =>
  sql.selectFrom('read_record').select(['seq', 'at']).orderBy('seq').limit(q.limit),
);

const deleteOld = query<{ seq: number; before: number }>((sql, q) =>
  sql.deleteFrom('read_record').where('seq', '<=', q.seq).where('at', '<', q.before),
);

/** Removes some of the first records, if they are of before a time; answers how many. */
export async function pruneReadRecords(
  tx: Transaction,
  { before, limit }: { before: number; limit: number },
): Promise<number> {
  const oldest = await tx.all(selectOldest, { limit });
  const old = oldest.filter(({ at }) => at < before);
  if (old.length > 0) await tx.run(deleteOld, { seq: old.at(-1)!.seq, before });
  return old.length;
}
