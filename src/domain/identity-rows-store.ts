import type { Selectable } from 'kysely';
import type { IdentityTables } from '../store/identity-tables.ts';
import type { Transaction } from '../store/database.ts';
import { query } from '../store/query.ts';
import type { Query } from '../store/query.ts';
import type { PathList } from './identity-page.ts';
import { nameKey } from './resource-reference.ts';

/** The tables of what has a name, a path and a unique id in an account. */
type NamedTable = 'iam_user' | 'iam_group' | 'iam_role';

interface Owned {
  readonly account_id: string;
  readonly id: string;
}

/** What users, groups and roles are asked alike. */
export interface IdentityRows<Row> {
  /** The one of a name, whatever the name's case; locked to the end of a write. */
  readonly find: (
    tx: Transaction,
    of: { readonly accountId: string },
    name: string,
  ) => Promise<Row | undefined>;
  /** The one behind a unique id. */
  readonly findById: (tx: Transaction, accountId: string, id: string) => Promise<Row | undefined>;
  readonly count: (tx: Transaction, accountId: string) => Promise<number>;
  readonly remove: (tx: Transaction, row: Owned) => Promise<void>;
  /** Those of an account under a path, by name. */
  readonly list: (tx: Transaction, list: PathList) => Promise<Row[]>;
}

/** The queries of one of these tables. */
export function identityRows<Table extends NamedTable>(
  name: Table,
): IdentityRows<Selectable<IdentityTables[Table]>> {
  type Row = Selectable<IdentityTables[Table]>;
  // They have these columns in common; the compiler would want to see each query three times.
  const table = name as 'iam_user';
  const selectNamed = query<{ accountId: string; nameKey: string }>((sql, key) =>
    sql
      .selectFrom(table)
      .selectAll()
      .where('account_id', '=', key.accountId)
      .where('name_key', '=', key.nameKey)
      .forNoKeyUpdate(),
  ) as Query<{ accountId: string; nameKey: string }, Row>;
  const selectById = query<{ accountId: string; id: string }>((sql, key) =>
    sql
      .selectFrom(table)
      .selectAll()
      .where('account_id', '=', key.accountId)
      .where('id', '=', key.id),
  ) as Query<{ accountId: string; id: string }, Row>;
  const countRows = query<{ accountId: string }, { count: number }>((sql, q) =>
    sql
      .selectFrom(table)
      .select((e) => e.fn.countAll<number>().as('count'))
      .where('account_id', '=', q.accountId),
  );
  const deleteRow = query<{ accountId: string; id: string }>((sql, key) =>
    sql.deleteFrom(table).where('account_id', '=', key.accountId).where('id', '=', key.id),
  );
  return {
    find: (tx, { accountId }, called) =>
      tx.first(selectNamed, { accountId, nameKey: nameKey(called) }),
    findById: (tx, accountId, id) => tx.first(selectById, { accountId, id }),
    count: async (tx, accountId) => (await tx.first(countRows, { accountId }))!.count,
    remove: (tx, { account_id: accountId, id }) => tx.run(deleteRow, { accountId, id }),
    list: async (tx, { accountId, pathPrefix, after, limit }) => {
      const rows = await tx.rows(
        tx.sql
          .selectFrom(table)
          .selectAll()
          .where('account_id', '=', accountId)
          .where('name_key', '>', after)
          // Not LIKE, which ignores case in one of the databases.
          .where((e) =>
            e(
              e.fn<string>('substr', ['path', e.lit(1), e.lit(pathPrefix.length)]),
              '=',
              pathPrefix,
            ),
          )
          .orderBy('name_key')
          .limit(limit),
      );
      return rows as unknown as Row[];
    },
  };
}
