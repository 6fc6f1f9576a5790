import { limits } from '../../kernel/limits.ts';
import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';

/** How much of the journal is not sealed yet. */
export interface SealLag {
  /** Counted up to limits.sealLagEntriesMax. */
  readonly entries: number;
  /** When the oldest of them was written; undefined when there is none. */
  readonly oldestAt: number | undefined;
}

const selectUnsealedTimes = query<{ limit: number }, { at: number }>((sql, { limit }) =>
  sql
    .selectFrom('journal as j')
    .select('j.at')
    .where('j.seq', '>', (e) =>
      e.fn.coalesce(sql.selectFrom('seal_state').select('settled_seq'), e.lit(0)),
    )
    .where((e) =>
      e.not(
        e.exists(e.selectFrom('journal_leaf as l').select('l.seq').whereRef('l.seq', '=', 'j.seq')),
      ),
    )
    .orderBy('j.seq')
    .limit(limit),
);

/** How far sealing is behind. */
export async function readSealLag(tx: Transaction): Promise<SealLag> {
  const rows = await tx.all(selectUnsealedTimes, { limit: limits.sealLagEntriesMax });
  return { entries: rows.length, oldestAt: rows[0]?.at };
}
