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

/** Which rows of an account a list by path is of. */
export interface PathList {
  readonly accountId: string;
  readonly pathPrefix: string;
  /** The key of the name that the page before ended with. */
  readonly after: string;
  readonly limit: number;
}

/** Reads one page of what an account has under a path. */
export function pageByPath<Row extends { readonly name_key: string }>(
  input: PageInput & { readonly PathPrefix?: string },
  call: Call,
  list: (list: PathList) => Promise<Row[]>,
): Promise<IdentityPage<Row>> {
  const { PathPrefix: pathPrefix = '/' } = input;
  const { accountId } = call;
  return identityPage(
    input,
    call,
    (after, limit) => list({ accountId, pathPrefix, after, limit }),
    (row) => row.name_key,
  );
}
