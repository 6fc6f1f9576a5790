import { ListPolicyTags } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { tagPage } from '../users/tag-page.ts';
import { checkPolicyArn } from './policy.ts';
import { targetPolicy } from './policy-target.ts';

/** Lists a managed policy's tags by key; AWS's policies have none. */
export const listPolicyTags = operation(ListPolicyTags, {
  effect: 'read',
  resource: (input) => input.PolicyArn,
  find: (input, context) => targetPolicy(context, input.PolicyArn),
  check: (input) => checkPolicyArn(input),
  run: (input, { call, found: policy }) => tagPage(input, call, policy.tags),
});
