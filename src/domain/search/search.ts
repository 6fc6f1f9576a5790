import { Search } from '../../contracts/sagemaker.gen.ts';
import type {
  SearchExpression,
  SearchRequest,
  SearchResponse,
  VisibilityConditions,
} from '../../contracts/sagemaker.gen.ts';
import { echo } from '../../contracts/validate.ts';
import { limits } from '../../kernel/limits.ts';
import { formatPageToken, parsePageToken } from '../../kernel/page-token.ts';
import type { Position } from '../../kernel/page-token.ts';
import { refuseInvalid } from '../../kernel/refusal.ts';
import { operation } from '../operation.ts';
import { recordShapes } from './property-path.ts';
import type { Property } from './property-path.ts';
import {
  anything,
  cheapestFirst,
  checkContains,
  checkExpression,
  readExpression,
  requireProperty,
} from './search-expression.ts';
import type { Condition } from './search-expression.ts';
import { findPage } from './search-page.ts';
import type { HitCount, Page, PageRequest } from './search-page.ts';
import { planSearch } from './search-plan.ts';
import { sharedSearches } from './shared-searches.ts';
import { tagPrefix } from './search-properties.ts';
import type { IndexedResource } from './search-property-store.ts';
import { checkSortable } from './search-sort.ts';
import type { SortRank } from './search-sort.ts';
import { cheapMembers } from './search-view.ts';

/** Finds packages or groups by their properties, page by page. */
export const search = operation(Search, {
  effect: 'read',
  resource: () => '*',
  async run(input, context) {
    const { tx, call } = context;
    const { NextToken, MaxResults: limit = limits.pageItemsMax, ...query } = input;
    if (query.SearchExpression) checkExpression(query.SearchExpression);
    const binding = ['Search', call.accountId, call.region, query];
    const { Resource: resource } = query;
    if (resource !== 'ModelPackage' && resource !== 'ModelPackageGroup') {
      parsePageToken(NextToken, binding, []);
      return nothingFound;
    }
    const condition = conditionOf(query, resource);
    const sort = sortOf(query, resource);
    const kinds = positionKinds(sort);
    let position = readPosition(parsePageToken(NextToken, binding, kinds));
    const request: PageRequest = {
      after: undefined,
      resource,
      condition,
      plan: planSearch(condition, { ...call, resource }),
      sort,
      direction: query.SortOrder === 'Ascending' ? 'asc' : 'desc',
      limit,
    };
    const isShared = query.CrossAccountFilterOption === 'CrossAccount';
    const { accountId } = call;
    const searches = isShared
      ? await sharedSearches(context, request)
      : [{ ...request, accountId }];
    let page: Page;
    // Results that are deleted while they are read must not leave an empty page with a token.
    do {
      const after = position?.rank;
      page = await findPage(
        tx,
        call,
        searches.map((one) => ({ ...one, after })),
      );
      position = nextPosition(page, position);
    } while (page.last && page.records.length === 0);
    return {
      Results: page.records,
      TotalHits: totalHits(position.hits),
      ...(page.last && { NextToken: formatPageToken(positionValues(position), binding) }),
    };
  },
});

const nothingFound: SearchResponse = {
  Results: [],
  TotalHits: { Value: 0, Relation: 'EqualTo' },
};

type Query = Omit<SearchRequest, 'NextToken' | 'MaxResults'>;

/** What records must fulfil: the expression, and each condition of visibility. */
function conditionOf(query: Query, resource: IndexedResource): Condition {
  const shape = recordShapes[resource];
  const { SearchExpression: expression, VisibilityConditions: visibility = [] } = query;
  if (expression) checkContains(expression);
  const elements = [
    expression ? readExpression(expression, shape) : anything,
    ...visibility.map((condition) => readExpression(visible(condition), shape)),
  ];
  return cheapestFirst({ type: 'group', operator: 'And', elements }, cheapMembers[resource]);
}

/** A record that has the tag must have the value; one that lacks it passes. */
function visible({ Key, Value }: VisibilityConditions): SearchExpression {
  if (Key === undefined || Value === undefined) {
    return refuseInvalid('A visibility condition must have a key and a value.');
  }
  if (!Key.startsWith(tagPrefix) || Key === tagPrefix) {
    return refuseInvalid(`Key '${echo(Key)}' of a visibility condition must be 'Tags.<key>'.`);
  }
  return {
    Operator: 'Or',
    Filters: [
      { Name: Key, Operator: 'NotExists' },
      { Name: Key, Operator: 'Equals', Value },
    ],
  };
}

/** The property to sort by; undefined for the time of the last modification, the default. */
function sortOf({ SortBy }: Query, resource: IndexedResource): Property | undefined {
  if (SortBy === undefined || SortBy === 'LastModifiedTime') return undefined;
  const property = requireProperty(recordShapes[resource], SortBy);
  checkSortable(property);
  // Groups are never modified, so that their creation is their last modification.
  return resource === 'ModelPackageGroup' && SortBy === 'CreationTime' ? undefined : property;
}

/** Where a page ended and what was counted until then: what a token carries. */
interface SearchPosition {
  readonly rank: SortRank | undefined;
  readonly hits: HitCount;
  readonly returned: number;
}

function positionKinds(sort: Property | undefined): ('string' | 'number')[] {
  const value = sort?.kind === 'text' ? 'string' : 'number';
  return ['number', value, 'number', 'number', 'number', 'number'];
}

function readPosition(position: Position | undefined): SearchPosition | undefined {
  if (!position) return undefined;
  const [present, value, id, hits, exact, returned] = position;
  // Whatever the caller made of the token must not break a statement; no property has fractions.
  if (position.some((part) => typeof part === 'number' && !Number.isSafeInteger(part))) {
    refuseInvalid('Invalid pagination token: NextToken does not belong to this query.');
  }
  return {
    rank: { present: present === 1, value: value!, id: Number(id) },
    hits: { value: Number(hits), exact: exact === 1 },
    returned: Number(returned),
  };
}

function positionValues({ rank, hits, returned }: SearchPosition): Position {
  const { present, value, id } = rank!;
  return [Number(present), value, id, hits.value, Number(hits.exact), returned];
}

/** The position after a page; the count is the first page's unless this page knows better. */
function nextPosition(page: Page, before: SearchPosition | undefined): SearchPosition {
  const returned = (before?.returned ?? 0) + page.records.length;
  if (!page.last) {
    const counted = page.hits?.value ?? 0;
    return { rank: undefined, hits: { value: Math.max(counted, returned), exact: true }, returned };
  }
  const hits = page.hits ?? before!.hits;
  // Records came while pages were read: at least one more follows.
  const least = returned + 1;
  return {
    rank: page.last,
    hits: hits.value < least ? { value: least, exact: false } : hits,
    returned,
  };
}

function totalHits({ value, exact }: HitCount): NonNullable<SearchResponse['TotalHits']> {
  return { Value: value, Relation: exact ? 'EqualTo' : 'GreaterThanOrEqualTo' };
}
