import { ListTagsForResource } from '../../contracts/events.gen.ts';
import { operation } from '../operation.ts';
import { targetEventTaggable } from './event-taggable.ts';

/** Lists the tags of a rule or a bus, in the order they came. */
export const listTagsForResource = operation(ListTagsForResource, {
  effect: 'read',
  resource: (input) => input.ResourceARN,
  find: (input, context) => targetEventTaggable(context, input.ResourceARN),
  run: (_, { found }) => Promise.resolve({ Tags: found.tags }),
});
