import { isDeepStrictEqual } from 'node:util';
import type { Change } from './journal-entry.ts';

type Members = Readonly<Record<string, unknown>>;

/** What differs of a resource before and after a change; undefined when nothing does. */
export function changedMembers(
  before: Members,
  after: Members,
): Required<Pick<Change, 'before' | 'after'>> | undefined {
  const names = Object.keys({ ...before, ...after }).filter(
    (name) => !isDeepStrictEqual(before[name], after[name]),
  );
  if (names.length === 0) return undefined;
  const pick = (members: Members): Members =>
    Object.fromEntries(
      names.flatMap((name) => (members[name] === undefined ? [] : [[name, members[name]]])),
    );
  return { before: pick(before), after: pick(after) };
}
