import { ListTags } from '../../contracts/sagemaker.gen.ts';
import { limits } from '../../kernel/limits.ts';
import { formatPageToken, parsePageToken } from '../../kernel/page-token.ts';
import { operation } from '../operation.ts';
import { targetTaggable } from './taggable.ts';

/** Lists a resource's tags in the order they were added. */
export const listTags = operation(ListTags, {
  effect: 'read',
  resource: (input) => input.ResourceArn,
  find: (input, context) => targetTaggable(context, input.ResourceArn),
  run(input, { call, found: { tags } }) {
    const { ResourceArn, NextToken, MaxResults: limit = limits.tagsPerResourceMax } = input;
    const binding = ['ListTags', call.accountId, call.region, ResourceArn];
    const [offset = 0] = (parsePageToken(NextToken, binding, ['number']) ?? [0]) as number[];
    const end = offset + limit;
    return Promise.resolve({
      Tags: tags.slice(offset, end),
      ...(tags.length > end && { NextToken: formatPageToken([end], binding) }),
    });
  },
});
