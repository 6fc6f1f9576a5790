import { limits } from '../../kernel/limits.ts';
import type { Transaction } from '../../store/database.ts';
import {
  countRange,
  findTaggedGroups,
  hasProperty,
  probesMax,
  readRange,
} from './search-index-store.ts';
import type { Direction, IndexRange, Key, Probe } from './search-index-store.ts';
import { listStream, mergeStreams, readingStream } from './key-stream.ts';
import type { KeyStream } from './key-stream.ts';
import type { Drive, Plan, PlanScope } from './search-plan.ts';
import { findKey } from './search-store.ts';

/** Ranges that one search merges; with more of them it walks everything instead. */
export const rangesMax = 64;

/** Where candidates come from. */
export interface Source {
  readonly ranges: readonly IndexRange[];
  readonly points: readonly Key[];
  /** What entries of the ranges are checked for besides. */
  readonly probes: readonly Probe[];
  /** Whether the candidates are all matches, so that counting them needs no record. */
  readonly exact: boolean;
  /** How many candidates there are, those that no probe finds included; see `capped`. */
  readonly size: number;
  /** Whether counting ended at limits.searchHitsCountedMax. */
  readonly capped: boolean;
  /** Whether no candidate comes twice and none is dropped by a probe, so that `size` is exact. */
  readonly disjoint: boolean;
}

/** A drive looked up: what it leads to, not measured yet. */
type Found = Pick<Source, 'ranges' | 'points' | 'exact' | 'disjoint'>;

const nowhere: Found = { ranges: [], points: [], exact: true, disjoint: true };

/** The smallest source of a plan's candidates; undefined when all there is must be walked. */
export async function chooseSource(
  tx: Transaction,
  plan: Plan,
  scope: PlanScope,
): Promise<Source | undefined> {
  let best: { drive: Drive; source: Source } | undefined;
  for (const drive of plan.drives) {
    const found = await find(tx, drive, scope);
    const source = found && (await measure(tx, found));
    if (source && (!best || source.size < best.source.size)) best = { drive, source };
    if (best?.source.size === 0) break;
  }
  if (!best) return undefined;
  const { source } = best;
  const others = plan.drives.filter((drive) => drive !== best.drive);
  const probes = source.points.length > 0 ? [] : others.flatMap(probeOf).slice(0, probesMax);
  const exact = source.exact && plan.complete && probes.length === others.length;
  return { ...source, probes, exact, disjoint: source.disjoint && others.length === 0 };
}

/** The stream of a source's candidates after a key. */
export function sourceStream(
  tx: Transaction,
  { ranges, points, probes }: Source,
  after: Key,
  direction: Direction,
): KeyStream {
  const streams = ranges.map((range) =>
    readingStream(
      (after, limit) => readRange(tx, range, probes, { after, direction, limit }),
      after,
    ),
  );
  if (points.length > 0 || streams.length === 0) {
    streams.push(listStream(points, after, direction));
  }
  return mergeStreams(streams, direction);
}

/** What else an entry can be checked for: one value of a property. */
function probeOf(drive: Drive): Probe[] {
  if (drive.type !== 'property' || drive.values.length !== 1) return [];
  return [{ name: drive.name, value: drive.values[0]! }];
}

async function measure(tx: Transaction, found: Found): Promise<Source> {
  let size = found.points.length;
  for (const range of found.ranges) {
    if (size > limits.searchHitsCountedMax) break;
    size += await countRange(tx, range, limits.searchHitsCountedMax + 1 - size);
  }
  return { ...found, probes: [], size, capped: size > limits.searchHitsCountedMax };
}

async function find(tx: Transaction, drive: Drive, scope: PlanScope): Promise<Found | undefined> {
  if (drive.type === 'names') return findNames(tx, drive.names, scope);
  if (drive.type === 'any') return findAny(tx, drive.plans, scope);
  if (drive.values.length > rangesMax) return undefined;
  const ranges = drive.values.map((value) => rangeOf(scope, drive.name, value));
  if (drive.type === 'property') return { ...nowhere, ranges };
  return findTagged(tx, drive, ranges, scope);
}

function rangeOf(scope: PlanScope, name: string, value: string): IndexRange {
  const { accountId, region, resource } = scope;
  return { accountId, region, resource, name, value };
}

async function findNames(
  tx: Transaction,
  names: readonly string[],
  scope: PlanScope,
): Promise<Found | undefined> {
  if (names.length > rangesMax) return undefined;
  const points = new Map<number, Key>();
  for (const name of names) {
    const key = await findKey(tx, scope.resource, scope, name);
    if (key) points.set(key.id, key);
  }
  return { ...nowhere, points: [...points.values()], exact: false };
}

/**
 * Packages with a tag: by their own entries, and by the entries of the groups that have it.
 *
 * An own tag wins over the group's, so that the entries of groups are all matches only where no
 * package has a tag of that key; in strict mode own tags of versions do not count.
 */
async function findTagged(
  tx: Transaction,
  drive: Drive & { type: 'tag' },
  own: IndexRange[],
  scope: PlanScope,
): Promise<Found | undefined> {
  const groups: string[] = [];
  for (const value of drive.values) {
    groups.push(...(await findTaggedGroups(tx, scope, { name: drive.name, value }, rangesMax)));
  }
  const byGroup = groups.map((group) => rangeOf(scope, 'ModelPackageGroupName', group));
  if (!(await hasProperty(tx, scope, 'ModelPackage', drive.name))) {
    return byGroup.length >= rangesMax ? undefined : { ...nowhere, ranges: byGroup };
  }
  const ranges = [...own, ...byGroup];
  if (ranges.length > rangesMax) return undefined;
  const ownOnly = byGroup.length === 0;
  return { ...nowhere, ranges, exact: ownOnly && !scope.strictAws, disjoint: ownOnly };
}

/** What any of the plans leads to, each by its smallest drive. */
async function findAny(
  tx: Transaction,
  plans: readonly Plan[],
  scope: PlanScope,
): Promise<Found | undefined> {
  const sources: Source[] = [];
  for (const plan of plans) {
    const source = await chooseSource(tx, plan, scope);
    if (!source) return undefined;
    sources.push(source);
  }
  const points = new Map(sources.flatMap(({ points }) => points).map((key) => [key.id, key]));
  const ranges = sources.flatMap(({ ranges }) => ranges);
  if (ranges.length > rangesMax) return undefined;
  return {
    ranges,
    points: [...points.values()],
    exact: sources.every(({ exact, probes }) => exact && probes.length === 0),
    disjoint: false,
  };
}
