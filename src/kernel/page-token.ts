import { hash } from 'node:crypto';
import { refuseInvalid } from './refusal.ts';

/** Where a page ended: the sort values of its last item. */
export type Position = readonly (string | number)[];

/**
 * Makes an opaque token of a position, bound to the query it belongs to.
 *
 * The token holds nothing but sort values that the page itself showed, and a query is confined to
 * the caller's account by other means, so it needs no signature.
 */
export function formatPageToken(position: Position, query: unknown): string {
  return Buffer.from(JSON.stringify([fingerprint(query), ...position])).toString('base64url');
}

/**
 * The position in a token, undefined for the first page; an empty token is the first page.
 *
 * Refuses a token that is garbled, belongs to another query, or whose values are not of `kinds`.
 */
export function parsePageToken(
  token: string | undefined,
  query: unknown,
  kinds: readonly ('string' | 'number')[],
  name = 'NextToken',
): Position | undefined {
  if (token === undefined || token === '') return undefined;
  const parts = decode(token);
  const position = parts?.slice(1);
  const fits =
    position?.length === kinds.length &&
    position.every((value, index) => typeof value === kinds[index]);
  if (!fits || parts?.[0] !== fingerprint(query)) {
    refuseInvalid(`Invalid pagination token: ${name} does not belong to this query.`);
  }
  return position as Position;
}

function decode(token: string): unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function fingerprint(query: unknown): string {
  return hash('sha256', JSON.stringify(query), 'base64url').slice(0, 12);
}
