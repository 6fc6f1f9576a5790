import type { Tag } from '../../contracts/iam.gen.ts';
import { limits } from '../../kernel/limits.ts';
import { Refusal } from '../../kernel/refusal.ts';

/**
 * Refuses tags that one request may not carry: keys differ by more than their case. The error's
 * name is IAM's unless another is given.
 */
export function checkIdentityTags(tags: readonly Tag[], code = 'InvalidInput'): void {
  const keys = new Set(tags.map(tagKey));
  if (keys.size < tags.length) {
    throw invalidTags(
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
      code,
    );
  }
  const reserved = tags.find(({ Key }) => /^aws:/i.test(Key));
  if (reserved) throw invalidTags(`Tag key '${reserved.Key}' may not begin with 'aws:'.`, code);
}

/** The tags with others put in, in the order they came; a key's newest spelling counts. */
export function mergeIdentityTags(current: readonly Tag[], added: readonly Tag[]): Tag[] {
  const merged = overlaidTags(current, added);
  if (merged.length > limits.tagsPerResourceMax) {
    throw new Refusal('limit', 'The number of tags has reached the maximum limit.');
  }
  return merged;
}

/** The tags with others put in, however many they become: of a session, its own over its role's. */
export function overlaidTags(current: readonly Tag[], added: readonly Tag[]): Tag[] {
  const merged = new Map(current.map((tag) => [tagKey(tag), tag]));
  for (const { Key, Value } of added) merged.set(tagKey({ Key }), { Key, Value });
  return [...merged.values()];
}

/** The tags without those of some keys; keys that are not there do no harm. */
export function removeIdentityTags(current: readonly Tag[], keys: readonly string[]): Tag[] {
  const gone = new Set(keys.map((Key) => tagKey({ Key })));
  return current.filter((tag) => !gone.has(tagKey(tag)));
}

/** Whether two keys are of one tag. */
export function sameTagKey(one: string, other: string): boolean {
  return tagKey({ Key: one }) === tagKey({ Key: other });
}

function tagKey({ Key }: Pick<Tag, 'Key'>): string {
  return Key.toLowerCase();
}

function invalidTags(message: string, code: string): Refusal {
  return new Refusal('invalid', message, { code });
}
