import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';

const onlyId = 1;

const countUp = query<object>((sql) =>
  sql
    .insertInto('event_revision')
    .values({ id: onlyId, revision: 1 })
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet((e) => ({ revision: e('event_revision.revision', '+', 1) })),
    ),
);

/** Says that something changed in where events go, for servers that remember it. */
export function countEventRevision(tx: Transaction): Promise<void> {
  return tx.run(countUp, {});
}

const selectRevision = query<object, { revision: number }>((sql) =>
  sql.selectFrom('event_revision').select('revision').where('id', '=', onlyId),
);

/** How often that was said. */
export async function readEventRevision(tx: Transaction): Promise<number> {
  return (await tx.first(selectRevision, {}))?.revision ?? 0;
}
