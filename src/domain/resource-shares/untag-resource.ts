import { UntagResource } from '../../contracts/ram.gen.ts';
import { nothing, operation } from '../operation.ts';
import { changeShare } from './change-share.ts';
import { shareTags, taggedArn } from './resource-share.ts';
import { targetShare } from './share-target.ts';

/** Takes tags from a share; keys that it does not have do no harm. */
export const untagResource = operation(UntagResource, {
  effect: 'write',
  resource: (input) => taggedArn(input),
  find: (input, context) => targetShare(context, taggedArn(input)),
  async run(input, context) {
    const gone = new Set<string | undefined>(input.tagKeys);
    const tags = shareTags(context.found).filter(({ key }) => !gone.has(key));
    await changeShare(context, { tags: JSON.stringify(tags) });
    return nothing;
  },
});
