import { setImmediate } from 'node:timers/promises';
import type { AsOf } from '../../contracts/imprimatur-past.ts';
import { parseArn } from '../../kernel/arn.ts';
import { limits } from '../../kernel/limits.ts';
import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type { JournalRow } from '../../store/tables.ts';
import type { AccessTarget, Target } from '../access/target.ts';
import type { EntryDocument } from '../journal/journal-entry.ts';
import { findEndedLife } from '../journal/past-life-store.ts';
import { deletions, isCreation, ToldResource } from '../journal/told-resource.ts';
import type { OperationContext } from '../operation.ts';

interface TimeOfPlace {
  accountId: string;
  region: string;
  time: number;
}

const selectLastUntil = query<TimeOfPlace, { seq: number | null }>((sql, q) =>
  sql
    .selectFrom((inner) =>
      inner
        .selectFrom('journal')
        .select('seq')
        .where('account_id', '=', q.accountId)
        .where('region', '=', q.region)
        .where('at', '<=', q.time)
        .orderBy('at', 'desc')
        .orderBy('seq', 'desc')
        .limit(limits.asOfEntriesMax)
        .as('latest'),
    )
    .select((e) => e.fn.max('seq').as('seq')),
);

const selectNewestUntil = query<{ sequence: number }, { seq: number }>((sql, q) =>
  sql
    .selectFrom('journal')
    .select('seq')
    .where('seq', '<=', q.sequence)
    .orderBy('seq', 'desc')
    .limit(1),
);

/**
 * The last entry that a moment takes in, of those in a resource's account and region; 0 where there
 * was none.
 *
 * What was first is told by the journal's order, as clocks are set back: a time takes in every
 * entry up to the last one that is not later, also where earlier ones claim to be later.
 */
export async function findSequence(
  tx: Transaction,
  arn: string,
  { AsOfTime: time, AsOfSequence: sequence }: AsOf,
): Promise<number> {
  const { accountId, region } = parseArn(arn)!;
  const row =
    time === undefined
      ? await tx.first(selectNewestUntil, { sequence: sequence! })
      : await tx.first(selectLastUntil, { accountId, region, time });
  return row?.seq ?? 0;
}

interface LifeKey {
  arnKey: string;
  uptoSeq: number;
}

const selectLife = query<LifeKey, Pick<JournalRow, 'seq' | 'operation'>>((sql, q) =>
  sql
    .selectFrom('journal')
    .select(['seq', 'operation'])
    .where((e) => e(e.fn<string>('lower', ['resource_arn']), '=', q.arnKey))
    .where('operation', 'in', ['CreateModelPackage', 'CreateModelPackageGroup', ...deletions])
    .where('error_code', 'is', null)
    .where('seq', '<=', q.uptoSeq)
    .orderBy('seq', 'desc')
    .limit(1),
);

/** The entry that began the life which a resource had then; undefined if it had none. */
export async function findBirth(
  tx: Transaction,
  arn: string,
  uptoSeq: number,
): Promise<number | undefined> {
  const life = await tx.first(selectLife, { arnKey: arn.toLowerCase(), uptoSeq });
  return life && isCreation(life.operation) ? life.seq : undefined;
}

const selectSpelling = query<{ arnKey: string }, { resource_arn: string | null }>((sql, q) =>
  sql
    .selectFrom('journal')
    .select('resource_arn')
    .where((e) => e(e.fn<string>('lower', ['resource_arn']), '=', q.arnKey))
    .where('operation', 'in', ['CreateModelPackage', 'CreateModelPackageGroup', ...deletions])
    .where('error_code', 'is', null)
    .orderBy('seq', 'desc')
    .limit(1),
);

/**
 * An ARN as what had it was last called: names are found whatever their case, and policies tell
 * cases apart.
 */
export async function spelledAsGiven(tx: Transaction, arn: string): Promise<string> {
  return (await tx.first(selectSpelling, { arnKey: arn.toLowerCase() }))?.resource_arn ?? arn;
}

/** What is asked of the journal, and who may: what is gone today may well have been there. */
export async function pastTarget(
  tx: Transaction,
  target: Target<unknown>,
): Promise<AccessTarget & { readonly found: undefined }> {
  const { otherArn, policy } = target;
  const arn = 'missing' in target ? await spelledAsGiven(tx, target.arn) : target.arn;
  return {
    arn,
    ...(otherArn !== undefined && { otherArn }),
    ...(policy !== undefined && { policy }),
    facts: () => target.facts?.() ?? {},
    found: undefined,
  };
}

/** Refuses who may not see a resource as it was last, where the life that is told of has ended. */
export async function requirePastLife(
  { tx, access }: Pick<OperationContext, 'tx' | 'access'>,
  arn: string,
  sequence: number,
): Promise<void> {
  const life = await findEndedLife(tx, arn, sequence + 1);
  if (life) access.require(life);
}

interface Span {
  /** Of the first entry that counts. */
  readonly fromSeq: number;
  readonly uptoSeq: number;
}

const selectChanges = query<Span & { arnKey: string; limit: number }, JournalRow>((sql, q) =>
  sql
    .selectFrom('journal')
    .selectAll()
    .where((e) => e(e.fn<string>('lower', ['resource_arn']), '=', q.arnKey))
    .where('error_code', 'is', null)
    .where('seq', '>=', q.fromSeq)
    .where('seq', '<=', q.uptoSeq)
    .orderBy('seq')
    .limit(q.limit),
);

/** What the entries of a span tell of a resource, and how many they are. */
export async function tellResource(
  tx: Transaction,
  arn: string,
  { fromSeq, uptoSeq }: Span,
): Promise<{ told: ToldResource; entries: number }> {
  const told = new ToldResource();
  const page = { arnKey: arn.toLowerCase(), fromSeq, uptoSeq, limit: limits.scanRows };
  let entries = 0;
  for (;;) {
    const rows = await tx.all(selectChanges, page);
    for (const row of rows) {
      told.take({ row, document: JSON.parse(row.document) as EntryDocument });
    }
    entries += rows.length;
    if (rows.length < page.limit) return { told, entries };
    page.fromSeq = rows.at(-1)!.seq + 1;
    // A long story holds nobody up.
    await setImmediate();
  }
}

/** What a resource was; undefined if it was not there. */
export async function tellAsOf(
  tx: Transaction,
  arn: string,
  uptoSeq: number,
): Promise<ToldResource | undefined> {
  const fromSeq = await findBirth(tx, arn, uptoSeq);
  if (fromSeq === undefined) return undefined;
  return (await tellResource(tx, arn, { fromSeq, uptoSeq })).told;
}

const selectVersionBirth = query<Span & { arnKey: string }, { seq: number }>((sql, q) =>
  sql
    .selectFrom('journal')
    .select('seq')
    .where((e) => e(e.fn<string>('lower', ['resource_arn']), '=', q.arnKey))
    .where('operation', '=', 'CreateModelPackage')
    .where('error_code', 'is', null)
    .where('seq', '>=', q.fromSeq)
    .where('seq', '<=', q.uptoSeq)
    .orderBy('seq')
    .limit(1),
);

/**
 * The highest version that a group gave in a span of its life; 0 for none.
 *
 * Numbers are given in order and without gaps, so it is found by halving: the journal needs no
 * index by group, and 100,000 versions take some 35 looks.
 */
export async function findLastVersion(
  tx: Transaction,
  groupArn: string,
  span: Span,
): Promise<number> {
  const isGiven = async (version: number): Promise<boolean> => {
    const arnKey = versionArn(groupArn, version).toLowerCase();
    return (await tx.first(selectVersionBirth, { ...span, arnKey })) !== undefined;
  };
  let given = 0;
  let beyond = 1;
  while (await isGiven(beyond)) {
    given = beyond;
    beyond *= 2;
  }
  while (beyond - given > 1) {
    const middle = Math.floor((given + beyond) / 2);
    if (await isGiven(middle)) given = middle;
    else beyond = middle;
  }
  return given;
}

/** The ARN of a version of a group. */
export function versionArn(groupArn: string, version: number): string {
  return `${groupArn.replace(':model-package-group/', ':model-package/')}/${version}`;
}
