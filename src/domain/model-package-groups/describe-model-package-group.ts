import { DescribeModelPackageGroup } from '../../contracts/sagemaker.gen.ts';
import { operation } from '../operation.ts';
import { describeModelPackageGroup, resolveGroup } from './model-package-group.ts';
import { targetGroup } from './model-package-group-target.ts';

/** Answers a group's facts; its tags are ListTags' to tell. */
export const describeGroup = operation(DescribeModelPackageGroup, {
  effect: 'read',
  resource: (input, call) => resolveGroup(input.ModelPackageGroupName, call).arn,
  find: (input, context) => targetGroup(context, input.ModelPackageGroupName),
  run: (_input, { call, found }) => Promise.resolve(describeModelPackageGroup(found, call)),
});
