import { DeleteTags } from '../../contracts/sagemaker.gen.ts';
import { operation } from '../operation.ts';
import { removeTags } from './tag-list.ts';
import { targetTaggable } from './taggable.ts';

/** Removes tags by key; keys that the resource lacks do no harm. */
export const deleteTags = operation(DeleteTags, {
  effect: 'write',
  resource: (input) => input.ResourceArn,
  find: (input, context) => targetTaggable(context, input.ResourceArn),
  async run(input, { journal, found: resource }) {
    const tags = removeTags(resource.tags, input.TagKeys);
    if (tags.length === resource.tags.length) {
      journal.unchanged();
      return {};
    }
    await resource.save(tags);
    journal.record({
      resourceArn: resource.arn,
      before: { Tags: resource.tags },
      after: { Tags: tags },
      events: resource.eventsOf(tags),
    });
    return {};
  },
});
