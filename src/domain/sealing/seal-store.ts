import { limits } from '../../kernel/limits.ts';
import type { Database, Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type { CheckpointTable, SealStateRow } from '../../store/sealing-tables.ts';
import type { JournalRow } from '../../store/tables.ts';
import type { Lease } from '../leases/lease-store.ts';
import type { LogKey } from './key-rotation.ts';

const onlyId = 1;

/** What is to be awaited before the journal up to a number is settled. */
export type Settlement = Pick<SealStateRow, 'settled_seq' | 'awaited_seq' | 'awaited'>;

/** Thrown where the tree has grown since it was read. */
export class TreeHasGrown extends Error {}

const selectState = query<object, SealStateRow>((sql) =>
  sql.selectFrom('seal_state').selectAll().where('id', '=', onlyId),
);

/** How far the journal is sealed; undefined before it first was. */
export function findSealState(tx: Transaction): Promise<SealStateRow | undefined> {
  return tx.first(selectState, {});
}

const insertState = query<{ origin: string }>((sql, { origin }) =>
  sql
    .insertInto('seal_state')
    .values({ id: onlyId, origin, size: 0, settled_seq: 0, awaited_seq: 0, awaited: '[]' })
    .onConflict((conflict) => conflict.column('id').doNothing()),
);

/** Gives the log its name. */
export async function beginLog(tx: Transaction, origin: string): Promise<void> {
  await tx.run(insertState, { origin });
}

const updateState = query<Settlement & { before: number; size: number }, { size: number }>(
  (sql, state) =>
    sql
      .updateTable('seal_state')
      .set({
        size: state.size,
        settled_seq: state.settled_seq,
        awaited_seq: state.awaited_seq,
        awaited: state.awaited,
      })
      .where('id', '=', onlyId)
      .where('size', '=', state.before)
      .returning('size'),
);

const insertLeaf = query<{ position: number; seq: number; hash: string }>((sql, leaf) =>
  sql
    .insertInto('journal_leaf')
    .values({ position: leaf.position, seq: leaf.seq, hash: leaf.hash }),
);
const insertSubtree = query<{ level: number; position: number; hash: string }>((sql, node) =>
  sql
    .insertInto('journal_subtree')
    .values({ level: node.level, position: node.position, hash: node.hash }),
);
const insertCheckpoint = query<CheckpointTable>((sql, checkpoint) =>
  sql.insertInto('checkpoint').values({ size: checkpoint.size, note: checkpoint.note }),
);

/** What one step of sealing adds. */
export interface SealStep {
  /** The size of the tree that it goes on from. */
  readonly before: number;
  readonly leaves: readonly { readonly seq: number; readonly hash: string }[];
  readonly subtrees: readonly { level: number; position: number; hash: string }[];
  readonly settlement: Settlement;
  readonly checkpoint: string | undefined;
}

/** Writes a step down, all of it or nothing, while the lease is held and the tree as it was. */
export async function saveSealStep(
  tx: Transaction,
  lease: Pick<Lease, 'keep'>,
  step: SealStep,
): Promise<void> {
  await lease.keep(tx);
  const { before, leaves, subtrees, settlement, checkpoint } = step;
  const size = before + leaves.length;
  if (!(await tx.first(updateState, { ...settlement, before, size }))) {
    throw new TreeHasGrown(`The tree had ${before} leaves and has others now.`);
  }
  for (const [i, leaf] of leaves.entries()) {
    await tx.run(insertLeaf, { position: before + i, ...leaf });
  }
  for (const node of subtrees) await tx.run(insertSubtree, node);
  if (checkpoint !== undefined) await tx.run(insertCheckpoint, { size, note: checkpoint });
}

const selectUnsealed = query<{ after: number; limit: number }, JournalRow>((sql, q) =>
  sql
    .selectFrom('journal as j')
    .selectAll()
    .where('j.seq', '>', q.after)
    .where((e) =>
      e.not(
        e.exists(e.selectFrom('journal_leaf as l').select('l.seq').whereRef('l.seq', '=', 'j.seq')),
      ),
    )
    .orderBy('j.seq')
    .limit(q.limit),
);

/** Entries after a number that have no leaf, the lowest number first. */
export function listUnsealed(tx: Transaction, after: number): Promise<JournalRow[]> {
  return tx.all(selectUnsealed, { after, limit: limits.sealBatchEntries });
}

const selectNewestCheckpoint = query<object, CheckpointTable>((sql) =>
  sql.selectFrom('checkpoint').selectAll().orderBy('size', 'desc').limit(1),
);
const selectCheckpoint = query<{ size: number }, CheckpointTable>((sql, { size }) =>
  sql.selectFrom('checkpoint').selectAll().where('size', '=', size),
);
const selectCheckpoints = query<{ after: number; sizeMax: number; limit: number }, CheckpointTable>(
  (sql, q) =>
    sql
      .selectFrom('checkpoint')
      .selectAll()
      .where('size', '>', q.after)
      .where('size', '<=', q.sizeMax)
      .orderBy('size')
      .limit(q.limit),
);

/** The newest checkpoint. */
export function findNewestCheckpoint(tx: Transaction): Promise<CheckpointTable | undefined> {
  return tx.first(selectNewestCheckpoint, {});
}

/** The checkpoint of a size. */
export function findCheckpoint(
  tx: Transaction,
  size: number,
): Promise<CheckpointTable | undefined> {
  return tx.first(selectCheckpoint, { size });
}

/** Every checkpoint up to a size, the smallest first. */
export async function* readCheckpoints(
  database: Database,
  sizeMax: number,
): AsyncGenerator<CheckpointTable, undefined> {
  const limit = limits.copyBatchRows;
  for (let after = -1; ;) {
    const rows = await database.read((tx) => tx.all(selectCheckpoints, { after, sizeMax, limit }));
    yield* rows;
    if (rows.length < limit) return undefined;
    after = rows.at(-1)!.size;
  }
}

const selectKeys = query<
  object,
  { number: number; verifier: string; valid_from: number; introduction: string }
>((sql) => sql.selectFrom('signing_key').selectAll().orderBy('number'));
const insertKey = query<{
  number: number;
  verifier: string;
  validFrom: number;
  introduction: string;
}>((sql, key) =>
  sql.insertInto('signing_key').values({
    number: key.number,
    verifier: key.verifier,
    valid_from: key.validFrom,
    introduction: key.introduction,
  }),
);

/** The log's public keys, the oldest first. */
export async function listLogKeys(tx: Transaction): Promise<LogKey[]> {
  const rows = await tx.all(selectKeys, {});
  return rows.map(({ valid_from: validFrom, ...key }) => ({ ...key, validFrom }));
}

/** Records a key; fails if another server has recorded one of its number. */
export async function saveLogKey(tx: Transaction, key: LogKey): Promise<void> {
  await tx.run(insertKey, { ...key });
}
