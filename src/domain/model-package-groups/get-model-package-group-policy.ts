import { GetModelPackageGroupPolicy } from '../../contracts/sagemaker.gen.ts';
import { operation } from '../operation.ts';
import { modelPackageGroupArn, missingGroupPolicy, ownGroupArn } from './model-package-group.ts';
import { requireGroupForPolicy } from './model-package-group-store.ts';

/** Answers a group's resource policy, in the very text that was put. */
export const getModelPackageGroupPolicy = operation(GetModelPackageGroupPolicy, {
  effect: 'read',
  resource: (input, call) => ownGroupArn(input.ModelPackageGroupName, call),
  async run(input, { tx, call }) {
    const group = await requireGroupForPolicy(tx, call, input.ModelPackageGroupName);
    if (group.policy === null)
      throw missingGroupPolicy(modelPackageGroupArn(group, call.partition));
    return { ResourcePolicy: group.policy };
  },
});
