import { limits } from '../../kernel/limits.ts';
import { Refusal, refuseInvalid } from '../../kernel/refusal.ts';
import type { Tag } from '../../contracts/sagemaker.gen.ts';

/** Refuses tags that one request may not carry: a key twice, or a key that AWS reserves. */
export function checkTags(tags: readonly Tag[]): void {
  const keys = new Set<string>();
  for (const { Key } of tags) {
    if (keys.has(Key)) refuseInvalid(`Duplicate tag key '${Key}'.`);
    if (/^aws:/i.test(Key)) refuseInvalid(`Tag key '${Key}' may not begin with 'aws:'.`);
    keys.add(Key);
  }
}

/**
 * The tags with others put in: a key that is there gets the new value; order is kept. `tooMany` is
 * what the service calls it that they become too many.
 */
export function mergeTags(
  current: readonly Tag[],
  added: readonly Tag[],
  tooMany: 'limit' | 'invalid' = 'limit',
): Tag[] {
  const merged = new Map(current.map((tag) => [tag.Key, tag]));
  for (const tag of added) merged.set(tag.Key, tag);
  if (merged.size > limits.tagsPerResourceMax) {
    const most = limits.tagsPerResourceMax;
    throw new Refusal(tooMany, `A resource may have at most ${most} tags, not ${merged.size}.`);
  }
  return [...merged.values()];
}

/** The tags without those of some keys; keys that are not there do no harm. */
export function removeTags(current: readonly Tag[], keys: readonly string[]): Tag[] {
  const gone = new Set(keys);
  return current.filter((tag) => !gone.has(tag.Key));
}

/** Tags of a column, or of nothing. */
export function parseTags(text: string): Tag[] {
  return JSON.parse(text) as Tag[];
}
