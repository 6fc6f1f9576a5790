import { limits } from '../../kernel/limits.ts';
import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';

interface Page {
  limit: number;
}

const page: Page = { limit: limits.findingsOfOneMax };

/** A policy's place with a user, a group or a role. */
export interface Holding {
  readonly account_id: string;
  readonly owner_id: string;
  readonly policy: string;
}

const selectOwnerless = query<Page, Holding>((sql, q) =>
  sql
    .selectFrom((inner) =>
      inner
        .selectFrom('iam_attached_policy')
        .select(['account_id', 'owner_id', 'policy_id as policy'])
        .unionAll(
          inner
            .selectFrom('iam_inline_policy')
            .select(['account_id', 'owner_id', 'name as policy']),
        )
        .as('held'),
    )
    .leftJoin(
      (inner) =>
        inner
          .selectFrom('iam_user')
          .select(['account_id', 'id'])
          .unionAll(inner.selectFrom('iam_group').select(['account_id', 'id']))
          .unionAll(inner.selectFrom('iam_role').select(['account_id', 'id']))
          .as('owner'),
      (join) =>
        join
          .onRef('owner.account_id', '=', 'held.account_id')
          .onRef('owner.id', '=', 'held.owner_id'),
    )
    .selectAll('held')
    .where('owner.id', 'is', null)
    .orderBy('held.account_id')
    .orderBy('held.owner_id')
    .orderBy('held.policy')
    .limit(q.limit),
);

/** Policies of owners that are not there. */
export function listOwnerlessPolicies(tx: Transaction): Promise<Holding[]> {
  return tx.all(selectOwnerless, page);
}

const selectUnknown = query<Page, Holding>((sql, q) =>
  sql
    .selectFrom((inner) =>
      inner
        .selectFrom('iam_attached_policy')
        .select(['account_id', 'owner_id', 'policy_id as policy'])
        .unionAll(
          inner
            .selectFrom('iam_user')
            .select((e) => [
              'account_id',
              'id as owner_id',
              e.ref('boundary_policy_id').$notNull().as('policy'),
            ])
            .where('boundary_policy_id', 'is not', null),
        )
        .unionAll(
          inner
            .selectFrom('iam_role')
            .select((e) => [
              'account_id',
              'id as owner_id',
              e.ref('boundary_policy_id').$notNull().as('policy'),
            ])
            .where('boundary_policy_id', 'is not', null),
        )
        .as('held'),
    )
    .selectAll()
    // Those that AWS provides have ids of their own, and no rows.
    .where('policy', 'not like', 'ANPAAWS%')
    .where((e) =>
      e.not(
        e.exists(
          e
            .selectFrom('iam_policy as p')
            .select('p.id')
            .whereRef('p.account_id', '=', 'held.account_id')
            .whereRef('p.id', '=', 'held.policy'),
        ),
      ),
    )
    .orderBy('account_id')
    .orderBy('owner_id')
    .orderBy('policy')
    .limit(q.limit),
);

/** Attached policies and boundaries that are not there. */
export function listUnknownPolicies(tx: Transaction): Promise<Holding[]> {
  return tx.all(selectUnknown, page);
}

/** A managed policy, and what its versions are. */
export interface VersionedPolicy {
  readonly account_id: string;
  readonly path: string;
  readonly name: string;
  readonly default_version: number;
  readonly last_version: number;
  readonly versions: number;
  readonly highest: number | null;
}

const selectMisversioned = query<Page, VersionedPolicy>((sql, q) =>
  sql
    .selectFrom('iam_policy as p')
    .leftJoin('iam_policy_version as v', (join) =>
      join.onRef('v.account_id', '=', 'p.account_id').onRef('v.policy_id', '=', 'p.id'),
    )
    .select(['p.account_id', 'p.path', 'p.name', 'p.default_version', 'p.last_version'])
    .select((e) => [
      e.fn.count<number>('v.version').as('versions'),
      e.fn.max('v.version').as('highest'),
    ])
    .groupBy(['p.account_id', 'p.name_key', 'p.path', 'p.name', 'p.default_version'])
    .groupBy('p.last_version')
    .having((e) =>
      e.or([
        e(
          e.fn.sum<number>(
            e.case().when('v.version', '=', e.ref('p.default_version')).then(1).else(0).end(),
          ),
          '!=',
          1,
        ),
        e(e.fn.max('v.version'), '>', e.ref('p.last_version')),
      ]),
    )
    .orderBy('p.account_id')
    .orderBy('p.name_key')
    .limit(q.limit),
);

/** Managed policies whose default version is not there, or whose numbers would be given again. */
export function listMisversionedPolicies(tx: Transaction): Promise<VersionedPolicy[]> {
  return tx.all(selectMisversioned, page);
}

const countRows = query<object, { count: number }>((sql) =>
  sql
    .selectFrom((inner) =>
      inner
        .selectFrom('iam_policy')
        .select('id')
        .unionAll(inner.selectFrom('iam_inline_policy').select('owner_id as id'))
        .unionAll(inner.selectFrom('iam_attached_policy').select('owner_id as id'))
        .as('every'),
    )
    .select((e) => e.fn.countAll<number>().as('count')),
);

/** How many policies there are, and places that they have. */
export async function countPolicyRows(tx: Transaction): Promise<number> {
  return (await tx.first(countRows, {}))!.count;
}
