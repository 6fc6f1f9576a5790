import { DescribeModelPackageGroup } from '../../contracts/sagemaker.gen.ts';
import { operation } from '../operation.ts';
import { describeModelPackageGroup, missingGroup, resolveGroup } from './model-package-group.ts';
import { findGroup } from './model-package-group-store.ts';

/** Answers a group's facts; its tags are ListTags' to tell. */
export const describeGroup = operation(DescribeModelPackageGroup, {
  effect: 'read',
  resource: (input, call) => resolveGroup(input.ModelPackageGroupName, call).arn,
  async run(input, { tx, call }) {
    const reference = resolveGroup(input.ModelPackageGroupName, call);
    const group = await findGroup(tx, reference, reference.name);
    if (!group) throw missingGroup(reference.arn);
    return describeModelPackageGroup(group, call);
  },
});
