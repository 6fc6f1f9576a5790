import type { Tag } from '../../contracts/iam.gen.ts';
import type { Call } from '../call.ts';
import { identityPage } from '../identity-page.ts';
import type { PageInput } from '../identity-page.ts';

/** A page of tags by key, as the operations answer it that list them. */
export async function tagPage(
  input: PageInput,
  call: Call,
  tags: readonly Tag[],
): Promise<{ Tags: Tag[]; IsTruncated: boolean; Marker?: string }> {
  const sorted = tags.toSorted((one, other) => (one.Key < other.Key ? -1 : 1));
  const { items, rest } = await identityPage(
    input,
    call,
    (after, limit) => sorted.filter(({ Key }) => Key > after).slice(0, limit),
    (tag) => tag.Key,
  );
  return { Tags: items, ...rest };
}
