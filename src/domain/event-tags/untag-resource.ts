import { UntagResource } from '../../contracts/events.gen.ts';
import { nothing, operation } from '../operation.ts';
import { removeTags } from '../tags/tag-list.ts';
import { targetEventTaggable } from './event-taggable.ts';

/** Takes tags from a rule or a bus; keys that it does not have do no harm. */
export const untagResource = operation(UntagResource, {
  effect: 'write',
  resource: (input) => input.ResourceARN,
  find: (input, context) => targetEventTaggable(context, input.ResourceARN),
  async run({ TagKeys: keys }, context) {
    await context.found.save(context, removeTags(context.found.tags, keys));
    return nothing;
  },
});
