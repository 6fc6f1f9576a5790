import { limits } from '../kernel/limits.ts';
import { formatPageToken, parsePageToken } from '../kernel/page-token.ts';
import type { Call } from './call.ts';

/** How IAM's lists are asked for a page. */
export interface PageInput {
  readonly Marker?: string;
  readonly MaxItems?: number;
}

/** A page of a list that is sorted by one name. */
export interface IdentityPage<Item> {
  readonly items: Item[];
  /** What the answer says of the rest. */
  readonly rest: { IsTruncated: boolean; Marker?: string };
}

/** Reads one page of an IAM list: `list` answers the items after a name, at most so many. */
export async function identityPage<Item>(
  input: PageInput,
  call: Call,
  list: (after: string, limit: number) => Item[] | Promise<Item[]>,
  nameOf: (item: Item) => string,
): Promise<IdentityPage<Item>> {
  const { Marker, MaxItems: limit = limits.identityPageItems, ...filters } = input;
  const binding = [call.operation, call.accountId, filters];
  const [after = ''] = (parsePageToken(Marker, binding, ['string'], 'Marker') ?? []) as string[];
  const found = await list(after, limit + 1);
  const items = found.slice(0, limit);
  if (found.length <= limit) return { items, rest: { IsTruncated: false } };
  const next = formatPageToken([nameOf(items.at(-1)!)], binding);
  return { items, rest: { IsTruncated: true, Marker: next } };
}
