import { setImmediate } from 'node:timers/promises';
import { timedId } from '../../kernel/id.ts';
import { limits } from '../../kernel/limits.ts';
import type { Database, Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type { JournalRow } from '../../store/tables.ts';
import type { Call } from '../call.ts';
import { putInOutbox } from '../events/outbox-store.ts';
import { accountsOf, entryDocument } from './journal-entry.ts';
import type { Outcome } from './journal-entry.ts';
import { journalLeafHash } from './journal-root.ts';
import type { JournalRoot } from './journal-root.ts';
import { MerkleTree } from './merkle-tree.ts';

type NewEntry = Omit<JournalRow, 'seq'>;

const insertRow = query<NewEntry, { seq: number }>((sql, entry) =>
  sql
    .insertInto('journal')
    .values({
      id: entry.id,
      at: entry.at,
      account_id: entry.account_id,
      caller_account_id: entry.caller_account_id,
      region: entry.region,
      service: entry.service,
      operation: entry.operation,
      resource_arn: entry.resource_arn,
      principal_arn: entry.principal_arn,
      access_key_id: entry.access_key_id,
      request_id: entry.request_id,
      error_code: entry.error_code,
      document: entry.document,
    })
    .returning('seq'),
);

/** Appends an entry as it is; answers its number. */
export async function insertEntry(tx: Transaction, entry: NewEntry): Promise<number> {
  return (await tx.first(insertRow, entry))!.seq;
}

/**
 * Appends the entry of one call; in the same transaction as its change, if it made one, and with it
 * what puts the change's events on their bus. `id` is a random UUID.
 */
export async function appendEntry(
  tx: Transaction,
  id: string,
  call: Call,
  outcome: Outcome,
): Promise<void> {
  const accounts = accountsOf(call, outcome.change?.resourceArn);
  const seq = await insertEntry(tx, {
    id: timedId(id, call.now),
    at: call.now,
    ...accounts,
    region: call.region,
    service: call.service,
    operation: call.operation,
    // A refused call may name anything, even what no column can hold.
    resource_arn:
      (outcome.change?.resourceArn ?? outcome.resourceArn)?.replaceAll('\0', '\ufffd') ?? null,
    principal_arn: call.principal.arn,
    access_key_id: call.accessKeyId,
    request_id: call.requestId,
    error_code: outcome.error?.code ?? null,
    document: JSON.stringify(entryDocument(call, outcome)),
  });
  if (!outcome.change?.events?.length) return;
  await putInOutbox(tx, {
    journal_seq: seq,
    account_id: accounts.account_id,
    region: call.region,
    bus_name: 'default',
    hops: 0,
    body: null,
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

const selectAfter = query<{ afterSeq: number; limit: number }, JournalRow>((sql, q) =>
  sql.selectFrom('journal').selectAll().where('seq', '>', q.afterSeq).orderBy('seq').limit(q.limit),
);

/** The whole journal, the oldest entry first, a page at a time; other work runs between pages. */
export async function* readJournal(database: Database): AsyncGenerator<JournalRow[]> {
  const limit = limits.scanRows;
  let afterSeq = 0;
  for (;;) {
    const rows = await database.read((tx) => tx.all(selectAfter, { afterSeq, limit }));
    if (rows.length > 0) yield rows;
    if (rows.length < limit) return;
    afterSeq = rows.at(-1)!.seq;
    await setImmediate();
  }
}

/** The hash over the whole journal: equal in two databases only if each entry is. */
export async function readJournalRoot(
  database: Database,
  onEntries?: (entries: number) => void,
): Promise<JournalRoot> {
  const tree = new MerkleTree();
  let lastSeq = 0;
  for await (const rows of readJournal(database)) {
    for (const row of rows) tree.addHash(journalLeafHash(row));
    lastSeq = rows.at(-1)!.seq;
    onEntries?.(tree.leaves);
  }
  return { entries: tree.leaves, lastSeq, root: tree.root() };
}

const selectNewest = query<object, Pick<JournalRow, 'seq' | 'at'>>((sql) =>
  sql.selectFrom('journal').select(['seq', 'at']).orderBy('seq', 'desc').limit(1),
);

/** The journal's last entry; undefined while it is empty. */
export function findNewestEntry(
  tx: Transaction,
): Promise<Pick<JournalRow, 'seq' | 'at'> | undefined> {
  return tx.first(selectNewest, {});
}
