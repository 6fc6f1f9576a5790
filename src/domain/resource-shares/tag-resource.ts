import { TagResource } from '../../contracts/ram.gen.ts';
import { nothing, operation } from '../operation.ts';
import { changeShare } from './change-share.ts';
import { checkShareTags, shareTags, taggedArn } from './resource-share.ts';
import { targetShare } from './share-target.ts';

/** Adds tags to a share; a key that it has gets the new value. */
export const tagResource = operation(TagResource, {
  effect: 'write',
  resource: (input) => taggedArn(input),
  find: (input, context) => targetShare(context, taggedArn(input)),
  check: ({ tags }) => checkShareTags(tags),
  async run(input, context) {
    const tags = new Map(shareTags(context.found).map((tag) => [tag.key, tag]));
    for (const tag of input.tags) tags.set(tag.key, tag);
    checkShareTags([...tags.values()]);
    await changeShare(context, { tags: JSON.stringify([...tags.values()]) });
    return nothing;
  },
});
