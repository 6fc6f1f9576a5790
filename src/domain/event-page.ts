import { limits } from '../kernel/limits.ts';
import { formatPageToken, parsePageToken } from '../kernel/page-token.ts';
import type { Call } from './call.ts';

/** How EventBridge's lists are asked for a page. */
export interface EventPageInput {
  readonly NextToken?: string;
  readonly Limit?: number;
}

/** A page of a list that is sorted by one name. */
export interface EventPage<Item> {
  readonly items: Item[];
  /** What the answer says of the rest. */
  readonly rest: { NextToken?: string };
}

/** Reads one page of a list of EventBridge: `list` answers the items after a name, so many. */
export async function eventPage<Item>(
  input: EventPageInput,
  call: Call,
  list: (after: string, limit: number) => Item[] | Promise<Item[]>,
  nameOf: (item: Item) => string,
): Promise<EventPage<Item>> {
  const { NextToken, Limit: limit = limits.pageItemsMax, ...filters } = input;
  const binding = [call.operation, call.accountId, call.region, filters];
  const [after = ''] = (parsePageToken(NextToken, binding, ['string']) ?? []) as string[];
  const found = await list(after, limit + 1);
  const items = found.slice(0, limit);
  if (found.length <= limit) return { items, rest: {} };
  return { items, rest: { NextToken: formatPageToken([nameOf(items.at(-1)!)], binding) } };
}
