import { limits } from '../../kernel/limits.ts';
import { formatPageToken, parsePageToken } from '../../kernel/page-token.ts';
import type { Position } from '../../kernel/page-token.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { Call } from '../call.ts';

/** How RAM's lists are asked for a page. */
export interface PageInput {
  readonly nextToken?: string;
  readonly maxResults?: number;
}

/** One page of a list: where it began, and what the answer says of the rest. */
export interface SharePage<Row> {
  readonly rows: Row[];
  readonly rest: { nextToken?: string };
}

/** How the rows of a list are read and told apart. */
export interface ShareList<Row> {
  readonly kinds: readonly ('string' | 'number')[];
  /** The rows after a position, at most so many. */
  readonly list: (after: Position | undefined, limit: number) => Promise<Row[]>;
  /** The rows that are answered, where not all are. */
  readonly accepts?: (row: Row) => boolean;
  readonly positionOf: (row: Row) => Position;
}

/** Reads one page of a list of RAM. */
export async function sharePage<Row>(
  input: PageInput,
  call: Call,
  { kinds, list, accepts, positionOf }: ShareList<Row>,
): Promise<SharePage<Row>> {
  const { nextToken, maxResults: limit = limits.pageItemsMax, ...filters } = input;
  const binding = [call.operation, call.accountId, call.region, filters];
  let after = readToken(nextToken, binding, kinds);
  const rows: Row[] = [];
  while (rows.length <= limit) {
    const found = await list(after, limit + 1);
    rows.push(...(accepts ? found.filter((row) => accepts(row)) : found));
    if (found.length <= limit) break;
    after = positionOf(found.at(-1)!);
  }
  if (rows.length <= limit) return { rows, rest: {} };
  const page = rows.slice(0, limit);
  const next = formatPageToken(positionOf(page.at(-1)!), binding);
  return { rows: page, rest: { nextToken: next } };
}

function readToken(
  token: string | undefined,
  binding: unknown,
  kinds: readonly ('string' | 'number')[],
): Position | undefined {
  try {
    return parsePageToken(token, binding, kinds, 'nextToken');
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal('invalid', error.message, { code: 'InvalidNextTokenException' });
  }
}

/** A list that is in memory, in the order of its names. */
export function pageOfNames<Row extends { readonly name: string }>(
  rows: readonly Row[],
): ShareList<Row> {
  return {
    kinds: ['string'],
    list: (after, limit) => {
      const rest = after ? rows.filter(({ name }) => name > String(after[0])) : rows;
      return Promise.resolve(rest.slice(0, limit));
    },
    positionOf: ({ name }) => [name],
  };
}
