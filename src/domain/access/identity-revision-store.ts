import type { Database, Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';

const onlyId = 1;

const countUp = query<object>((sql) =>
  sql
    .insertInto('identity_revision')
    .values({ id: onlyId, revision: 1 })
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet((e) => ({ revision: e('identity_revision.revision', '+', 1) })),
    ),
);

const channel = 'imprimatur_identity';

/** Says that something changed in who may sign, for servers that remember keys. */
export async function countIdentityRevision(tx: Transaction): Promise<void> {
  await tx.run(countUp, {});
  await tx.notify(channel);
}

const selectRevision = query<object, { revision: number }>((sql) =>
  sql.selectFrom('identity_revision').select('revision').where('id', '=', onlyId),
);

/** How often that was said. */
export async function readIdentityRevision(tx: Transaction): Promise<number> {
  return (await tx.first(selectRevision, {}))?.revision ?? 0;
}

/** Tells a listener of every such change, if the database can; answers how to end that. */
export function onIdentityChange(database: Database, listener: () => void): () => void {
  return database.onChange?.(channel, listener) ?? (() => undefined);
}
