import { isDeepStrictEqual } from 'node:util';
import { AddTags } from '../../contracts/sagemaker.gen.ts';
import { refuseInvalid } from '../../kernel/refusal.ts';
import { operation } from '../operation.ts';
import { checkTags, mergeTags } from './tag-list.ts';
import { targetTaggable } from './taggable.ts';

/** Adds tags to a resource; a key that it has gets the new value. */
export const addTags = operation(AddTags, {
  effect: 'write',
  resource: (input) => input.ResourceArn,
  check: (input) => checkTags(input.Tags),
  find: (input, context) => targetTaggable(context, input.ResourceArn),
  async run(input, { call, journal, found: resource }) {
    if (call.strictAws && resource.isVersion) {
      refuseInvalid(
        'Tags are not supported for versioned model packages. Tag the model package group instead.',
      );
    }
    const tags = mergeTags(resource.tags, input.Tags);
    if (isDeepStrictEqual(tags, resource.tags)) {
      journal.unchanged();
      return { Tags: tags };
    }
    await resource.save(tags);
    journal.record({
      resourceArn: resource.arn,
      before: { Tags: resource.tags },
      after: { Tags: tags },
      events: resource.eventsOf(tags),
    });
    return { Tags: tags };
  },
});
