import { parseArn } from '../../kernel/arn.ts';
import { limits } from '../../kernel/limits.ts';
import type { Database, Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type { JournalPruneTable } from '../../store/sealing-tables.ts';
import type { JournalRow } from '../../store/tables.ts';
import { deletions } from '../journal/told-resource.ts';
import { parsePrune, PlacesHash } from './prune-statement.ts';
import type { Prune } from './prune-statement.ts';

const selectPrunes = query<object, JournalPruneTable>((sql) =>
  sql.selectFrom('journal_prune').selectAll().orderBy('number'),
);

/** The statements of what was removed from the journal, the oldest first. */
export async function listPruneNotes(tx: Transaction): Promise<string[]> {
  return (await tx.all(selectPrunes, {})).map(({ note }) => note);
}

const selectNewestPrune = query<object, JournalPruneTable>((sql) =>
  sql.selectFrom('journal_prune').selectAll().orderBy('number', 'desc').limit(1),
);

/** The last of them: up to where the journal was shortened; undefined where it is whole. */
export async function findNewestPrune(tx: Transaction): Promise<Prune | undefined> {
  const row = await tx.first(selectNewestPrune, {});
  return row && parsePrune(row.note);
}

const insertRow = query<JournalPruneTable>((sql, prune) =>
  sql.insertInto('journal_prune').values({ number: prune.number, note: prune.note }),
);

/** Records a statement; fails if there is one of its number. */
export async function insertPrune(tx: Transaction, prune: JournalPruneTable): Promise<void> {
  await tx.run(insertRow, prune);
}

const selectFirstFrom = query<{ before: number }, { seq: number }>((sql, q) =>
  sql.selectFrom('journal').select('seq').where('at', '>=', q.before).orderBy('seq').limit(1),
);
const selectFirstOfEvents = query<object, { seq: number | null }>((sql) =>
  sql
    .selectFrom('bus_event')
    .select((e) => e.fn.min('journal_seq').as('seq'))
    .where('journal_seq', 'is not', null),
);
const selectFirstOfOutbox = query<object, { seq: number | null }>((sql) =>
  sql
    .selectFrom('event_outbox')
    .select((e) => e.fn.min('journal_seq').as('seq'))
    .where('journal_seq', 'is not', null),
);

/**
 * The number of the first entry that must stay: of a time or later, or of an event that is kept,
 * whose text is in the journal alone.
 */
export async function findFirstKept(
  tx: Transaction,
  before: number,
): Promise<{ byTime: number; byEvents: number }> {
  const none = Number.MAX_SAFE_INTEGER;
  const byTime = (await tx.first(selectFirstFrom, { before }))?.seq ?? none;
  const byLog = (await tx.first(selectFirstOfEvents, {}))?.seq ?? none;
  const byOutbox = (await tx.first(selectFirstOfOutbox, {}))?.seq ?? none;
  return { byTime, byEvents: Math.min(byLog, byOutbox) };
}

type Candidate = Pick<JournalRow, 'seq' | 'service' | 'error_code' | 'resource_arn'>;

const selectCandidates = query<{ afterSeq: number; throughSeq: number; limit: number }, Candidate>(
  (sql, q) =>
    sql
      .selectFrom('journal')
      .select(['seq', 'service', 'error_code', 'resource_arn'])
      .where('seq', '>', q.afterSeq)
      .where('seq', '<=', q.throughSeq)
      .orderBy('seq')
      .limit(q.limit),
);

/**
 * Marks the leaves of all entries up to a number that nothing needs any more: refusals, and what is
 * told of resources that were gone by then. The story of a group that lives, with all versions that
 * it ever had, and what the operator did stay.
 */
export async function markPrunable(
  database: Database,
  number: number,
  throughSeq: number,
  onEntries?: (seq: number) => void,
): Promise<void> {
  const limit = limits.pruneBatchEntries;
  for (let afterSeq = 0; ;) {
    const page = { afterSeq, throughSeq, limit };
    const rows = await database.read((tx) => tx.all(selectCandidates, page));
    const ended = await database.read((tx) => findEnds(tx, rows, throughSeq));
    const seqs = rows.filter((row) => isPrunable(row, ended)).map(({ seq }) => seq);
    if (seqs.length > 0) {
      await database.write((tx) =>
        tx.rows(
          tx.sql
            .updateTable('journal_leaf')
            .set({ pruned: number })
            .where('seq', 'in', seqs)
            .where('pruned', 'is', null),
        ),
      );
    }
    if (rows.length < limit) return;
    afterSeq = rows.at(-1)!.seq;
    onEntries?.(afterSeq);
  }
}

function isPrunable(row: Candidate, ended: ReadonlyMap<string, number>): boolean {
  if (row.service === 'imprimatur' && row.error_code === null) return false;
  const life = row.error_code === null ? lifeOf(row) : undefined;
  return life === undefined || row.seq <= (ended.get(life) ?? 0);
}

/** The ARN, lower-cased, of what lives as long as an entry is needed: a version's is its group. */
function lifeOf({ service, resource_arn: arn }: Candidate): string | undefined {
  if (service !== 'sagemaker' || arn === null || !parseArn(arn)) return undefined;
  return arn.toLowerCase().replace(/:model-package\/([^/]+)\/\d+$/, ':model-package-group/$1');
}

/** The last entry up to a number that deleted what some entries are about. */
async function findEnds(
  tx: Transaction,
  rows: readonly Candidate[],
  throughSeq: number,
): Promise<Map<string, number>> {
  const lives = [...new Set(rows.flatMap((row) => lifeOf(row) ?? []))];
  if (lives.length === 0) return new Map();
  const found = await tx.rows(
    tx.sql
      .selectFrom('journal')
      .select((e) => [e.fn<string>('lower', ['resource_arn']).as('arn'), e.fn.max('seq').as('seq')])
      .where((e) => e(e.fn<string>('lower', ['resource_arn']), 'in', lives))
      .where('operation', 'in', [...deletions])
      .where('error_code', 'is', null)
      .where('seq', '<=', throughSeq)
      .groupBy((e) => e.fn<string>('lower', ['resource_arn'])),
  );
  return new Map(found.map(({ arn, seq }) => [arn, seq]));
}

/** Takes back marks that no statement is about: of a removal that broke off before it was said. */
export async function unmark(database: Database, from: number): Promise<void> {
  await database.write((tx) =>
    tx.rows(tx.sql.updateTable('journal_leaf').set({ pruned: null }).where('pruned', '>=', from)),
  );
}

interface MarkedPage {
  from: number;
  limit: number;
}

const selectMarked = query<MarkedPage & { number: number }, { position: number }>((sql, q) =>
  sql
    .selectFrom('journal_leaf')
    .select('position')
    .where('pruned', '=', q.number)
    .where('position', '>=', q.from)
    .orderBy('position')
    .limit(q.limit),
);

/** The hash over the places that are marked with a number. */
export async function hashMarked(database: Database, number: number): Promise<PlacesHash> {
  const places = new PlacesHash();
  const limit = limits.pruneBatchEntries;
  for (let from = 0; ;) {
    const page = { number, from, limit };
    const rows = await database.read((tx) => tx.all(selectMarked, page));
    for (const { position } of rows) places.add(position);
    if (rows.length < limit) return places;
    from = rows.at(-1)!.position + 1;
  }
}

const selectMarkedEntries = query<MarkedPage, { seq: number; position: number }>((sql, q) =>
  sql
    .selectFrom('journal_leaf as l')
    .innerJoin('journal as j', 'j.seq', 'l.seq')
    .select(['l.seq', 'l.position'])
    .where('l.pruned', 'is not', null)
    .where('l.position', '>=', q.from)
    .orderBy('l.position')
    .limit(q.limit),
);

/** Removes every entry whose leaf is marked, those of a removal that broke off included. */
export async function removeMarked(
  database: Database,
  onEntries?: (removed: number) => void,
): Promise<number> {
  const limit = limits.pruneBatchEntries;
  let removed = 0;
  for (let from = 0; ;) {
    const page = { from, limit };
    const rows = await database.read((tx) => tx.all(selectMarkedEntries, page));
    const seqs = rows.map(({ seq }) => seq);
    if (seqs.length > 0) {
      await database.write((tx) => tx.rows(tx.sql.deleteFrom('journal').where('seq', 'in', seqs)));
    }
    removed += seqs.length;
    onEntries?.(removed);
    if (rows.length < limit) return removed;
    from = rows.at(-1)!.position + 1;
  }
}

/** How many entries were removed on purpose so far. */
export async function countPruned(tx: Transaction): Promise<number> {
  const notes = await listPruneNotes(tx);
  return notes.reduce((sum, note) => sum + (parsePrune(note)?.entries ?? 0), 0);
}
