import type { SearchRecord } from '../../contracts/sagemaker.gen.ts';
import { limits } from '../../kernel/limits.ts';
import type { Transaction } from '../../store/database.ts';
import type { Call } from '../call.ts';
import { mergeStreams, readingStream, startKey } from './key-stream.ts';
import type { KeyStream } from './key-stream.ts';
import type { Property } from './property-path.ts';
import { fulfils, membersRead } from './search-expression.ts';
import type { Condition } from './search-expression.ts';
import type { Direction, Key } from './search-index-store.ts';
import type { Plan } from './search-plan.ts';
import type { IndexedResource } from './search-property-store.ts';
import { compareRanks, rankOf } from './search-sort.ts';
import type { SortRank } from './search-sort.ts';
import { chooseSource, sourceStream } from './search-source.ts';
import type { Source } from './search-source.ts';
import { loadViews, readWalk } from './search-store.ts';
import type { Walk } from './search-store.ts';
import { cheapMembers } from './search-view.ts';
import type { SearchView } from './search-view.ts';

/** Which page of which search. */
export interface PageRequest {
  readonly resource: IndexedResource;
  readonly condition: Condition;
  readonly plan: Plan;
  /** What results are sorted by; undefined for the time of the last modification. */
  readonly sort: Property | undefined;
  readonly direction: Direction;
  readonly limit: number;
  /** The rank of the last result of the page before. */
  readonly after: SortRank | undefined;
}

/** A search of one account's resources. */
export interface AccountSearch extends PageRequest {
  readonly accountId: string;
  /** Whether a match may be shown to the caller; it needs the document. */
  readonly accepts?: ((view: SearchView) => boolean) | undefined;
}

/** How many records match, or at least match. */
export interface HitCount {
  readonly value: number;
  readonly exact: boolean;
}

/** A page of results. */
export interface Page {
  readonly records: SearchRecord[];
  /** The rank of the last result, where more follow. */
  readonly last: SortRank | undefined;
  /** Counted on a first page, and wherever all candidates were read. */
  readonly hits: HitCount | undefined;
}

/** Matches in order, one more than the page holds where more follow. */
interface Matches {
  readonly matches: readonly Match[];
  readonly hits: HitCount | undefined;
}

interface Match {
  readonly rank: SortRank;
  readonly view: SearchView;
}

type SearchCall = Pick<Call, 'accountId' | 'region' | 'partition' | 'strictAws'>;

interface Run extends AccountSearch {
  readonly tx: Transaction;
  readonly call: SearchCall;
  readonly source: Source | undefined;
  /** Whether the candidates that are read are all matches. */
  readonly exact: boolean;
  /** Whether candidates are loaded with their documents at once. */
  readonly documents: boolean;
}

/** Candidates examined beyond a full page in order to count the matches. */
const countedCandidatesMax = { byKey: 10_000, byRecord: 1_000 };

/** Finds a page of the results of searches that differ in account, plan and condition alone. */
export async function findPage(
  tx: Transaction,
  call: SearchCall,
  searches: readonly AccountSearch[],
): Promise<Page> {
  const [first] = searches;
  if (!first) return { records: [], last: undefined, hits: { value: 0, exact: true } };
  const found: { run: Run; matches: Matches }[] = [];
  for (const search of searches) {
    const run = await prepare(tx, call, search);
    found.push({ run, matches: await take(run) });
  }
  const { limit, direction } = first;
  const matches = found.flatMap((one) => one.matches.matches);
  if (found.length > 1) matches.sort((a, b) => compareRanks(a.rank, b.rank, direction));
  const page = matches.slice(0, limit);
  const run = found.find((one) => !one.run.documents)?.run ?? found[0]!.run;
  const views = await wholeViews(run, page);
  const fitting = views.slice(0, fittingCount(views));
  const isCut = fitting.length < views.length;
  const end = isCut ? page.find(({ view }) => view.id === fitting.at(-1)!.id) : page.at(-1);
  const last = isCut || matches.length > limit ? end!.rank : undefined;
  const hits = sumOf(found.map((one) => one.matches.hits));
  return { records: fitting.map((view) => view.record()), last, hits };
}

function sumOf(counts: readonly (HitCount | undefined)[]): HitCount | undefined {
  let sum: HitCount = { value: 0, exact: true };
  for (const count of counts) {
    if (!count) return undefined;
    sum = { value: sum.value + count.value, exact: sum.exact && count.exact };
  }
  return sum;
}

async function prepare(tx: Transaction, caller: SearchCall, search: AccountSearch): Promise<Run> {
  const { resource, condition, plan, sort, accountId, accepts } = search;
  const call = { ...caller, accountId };
  const found = await chooseSource(tx, plan, { ...call, resource });
  // Of candidates that are not all for the caller's eyes, the index does not know how many are.
  const source = found && { ...found, exact: found.exact && !accepts };
  const ordered = isOrdered(search, source);
  const walking = !source || (ordered && sort !== undefined);
  const isAll = plan.complete && plan.drives.length === 0 && !accepts;
  const exact = walking ? isAll : source.exact;
  const cheap = cheapMembers[resource];
  const read = [...membersRead(condition), ...(sort ? [sort.path[0]!] : [])];
  const documents =
    accepts !== undefined || (ordered && exact) || !read.every((member) => cheap.has(member));
  return { ...search, tx, call, source, exact, documents };
}

function take(run: Run): Promise<Matches> {
  return isOrdered(run, run.source) ? takeOrdered(run) : takeBest(run);
}

/** How many records an answer has room for; one always, however large it is. */
function fittingCount(views: readonly SearchView[]): number {
  let room: number = limits.answerCharactersMax;
  const over = views.findIndex((view, index) => (room -= view.size) < 0 && index > 0);
  return over < 0 ? views.length : over;
}

/** Whether candidates stream in the order of the results, so that reading can stop early. */
function isOrdered({ sort, resource }: PageRequest, source: Source | undefined): boolean {
  if (!sort) return true;
  // Many candidates: some of them are soon met by walking all in the order of creation.
  return resource === 'ModelPackage' && sort.name === 'CreationTime' && (source?.capped ?? true);
}

/** Reads candidates in order until the page is full, and on the first page on to count. */
async function takeOrdered(run: Run): Promise<Matches> {
  const { limit, after } = run;
  const from = after && { at: Number(after.value), id: after.id };
  const stream = run.sort ? walk(run, creationWalks, from) : candidates(run, from);
  const matches: Match[] = [];
  let ended = false;
  for (let size = limit + 1; matches.length <= limit; size = nextSize(size)) {
    const keys = await stream.next(size);
    ended = keys === undefined;
    if (!keys) break;
    matches.push(...(await judge(run, keys)));
  }
  if (after) return { matches, hits: undefined };
  if (ended) return { matches, hits: { value: matches.length, exact: true } };
  return { matches, hits: await countHits(run, stream, matches.length) };
}

function nextSize(size: number): number {
  return Math.min(size * 2, limits.searchChunkRows);
}

/** The number of matches, `found` of them found already; from the index where it knows. */
async function countHits(run: Run, stream: KeyStream, found: number): Promise<HitCount> {
  const { source, exact } = run;
  const most = limits.searchHitsCountedMax;
  if (source?.exact && source.disjoint) {
    const value = Math.min(Math.max(source.size, found), most);
    return { value, exact: !source.capped };
  }
  const examinedMax = stream.examined + countedCandidatesMax[exact ? 'byKey' : 'byRecord'];
  let value = found;
  while (value <= most && stream.examined < examinedMax) {
    const keys = await stream.next(limits.searchChunkRows);
    if (!keys) return { value, exact: true };
    value += exact ? keys.length : (await judge(run, keys)).length;
  }
  return { value: Math.min(value, most), exact: false };
}

/** Reads all candidates and keeps the best: never more than a page and one. */
async function takeBest(run: Run): Promise<Matches> {
  const { limit, after, direction } = run;
  const stream = candidates(run, undefined);
  const matches: Match[] = [];
  let value = 0;
  for (;;) {
    const keys = await stream.next(limits.searchChunkRows);
    if (!keys) return { matches, hits: { value, exact: true } };
    for (const match of await judge(run, keys)) {
      value += 1;
      if (after && compareRanks(match.rank, after, direction) <= 0) continue;
      const place = matches.findLastIndex(
        (other) => compareRanks(other.rank, match.rank, direction) < 0,
      );
      matches.splice(place + 1, 0, match);
      if (matches.length > limit + 1) matches.pop();
    }
  }
}

/** Those of the candidates that match, in the candidates' order. */
async function judge(run: Run, keys: readonly Key[]): Promise<Match[]> {
  const { tx, resource, condition, sort, call, documents, accepts } = run;
  const times = new Map(keys.map(({ id, at }) => [id, at]));
  const views = await loadViews(tx, resource, [...times.keys()], { call, documents });
  return views
    .filter((view) => fulfils(view, condition) && (accepts?.(view) ?? true))
    .map((view) => {
      const byTime = { present: true, value: times.get(view.id)!, id: view.id };
      return { view, rank: sort ? rankOf(view, sort) : byTime };
    });
}

/** The views of a page with their documents; a row deleted meanwhile has none. */
async function wholeViews(run: Run, page: readonly Match[]): Promise<SearchView[]> {
  const { tx, resource, call } = run;
  const views = page.map(({ view }) => view);
  const ids = views.map(({ id }) => id);
  return run.documents ? views : loadViews(tx, resource, ids, { call, documents: true });
}

const creationWalks: readonly Walk[] = ['versions-created', 'unversioned-created'];

function candidates(run: Run, after: Key | undefined): KeyStream {
  const { tx, source, direction, resource } = run;
  if (source) return sourceStream(tx, source, after ?? startKey(direction), direction);
  return walk(run, [resource === 'ModelPackage' ? 'packages' : 'groups'], after);
}

function walk(run: Run, walks: readonly Walk[], after = startKey(run.direction)): KeyStream {
  const { tx, call, direction } = run;
  const streams = walks.map((walk) =>
    readingStream((after, limit) => readWalk(tx, walk, call, { after, direction, limit }), after),
  );
  return mergeStreams(streams, direction);
}
