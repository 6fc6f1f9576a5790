import { TagResource } from '../../contracts/events.gen.ts';
import { nothing, operation } from '../operation.ts';
import { checkTags, mergeTags } from '../tags/tag-list.ts';
import { targetEventTaggable } from './event-taggable.ts';

/** Adds tags to a rule or a bus; a key that it has gets the new value. */
export const tagResource = operation(TagResource, {
  effect: 'write',
  resource: (input) => input.ResourceARN,
  find: (input, context) => targetEventTaggable(context, input.ResourceARN),
  check: (input) => checkTags(input.Tags),
  async run({ Tags: tags }, context) {
    await context.found.save(context, mergeTags(context.found.tags, tags, 'invalid'));
    return nothing;
  },
});
