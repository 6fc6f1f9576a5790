import type { Tag } from '../../contracts/iam.gen.ts';
import { limits } from '../../kernel/limits.ts';
import { Refusal } from '../../kernel/refusal.ts';

/** Refuses tags that one IAM request may not carry: keys differ by more than their case. */
export function checkIdentityTags(tags: readonly Tag[]): void {
  const keys = new Set(tags.map(tagKey));
  if (keys.size < tags.length) {
    throw invalidTags('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  }
  const reserved = tags.find(({ Key }) => /^aws:/i.test(Key));
  if (reserved) throw invalidTags(`Tag key '${reserved.Key}' may not begin with 'aws:'.`);
}

/** The tags with others put in, in the order they came; a key's newest spelling counts. */
export function mergeIdentityTags(current: readonly Tag[], added: readonly Tag[]): Tag[] {
  const merged = new Map(current.map((tag) => [tagKey(tag), tag]));
  for (const { Key, Value } of added) merged.set(tagKey({ Key }), { Key, Value });
  if (merged.size > limits.tagsPerResourceMax) {
    throw new Refusal('limit', 'The number of tags has reached the maximum limit.');
  }
  return [...merged.values()];
}

/** The tags without those of some keys; keys that are not there do no harm. */
export function removeIdentityTags(current: readonly Tag[], keys: readonly string[]): Tag[] {
  const gone = new Set(keys.map((Key) => tagKey({ Key })));
  return current.filter((tag) => !gone.has(tagKey(tag)));
}

function tagKey({ Key }: Pick<Tag, 'Key'>): string {
  return Key.toLowerCase();
}

function invalidTags(message: string): Refusal {
  return new Refusal('invalid', message, { code: 'InvalidInput' });
}
