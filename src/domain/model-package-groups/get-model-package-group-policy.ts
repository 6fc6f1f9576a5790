import { GetModelPackageGroupPolicy } from '../../contracts/sagemaker.gen.ts';
import { operation } from '../operation.ts';
import { showPrincipals } from '../policies/policy-principals-store.ts';
import { modelPackageGroupArn, missingGroupPolicy, ownGroupArn } from './model-package-group.ts';
import { targetGroupForPolicy } from './model-package-group-target.ts';

/** Answers a group's resource policy, in the very text that was put but for who is gone. */
export const getModelPackageGroupPolicy = operation(GetModelPackageGroupPolicy, {
  effect: 'read',
  resource: (input, call) => ownGroupArn(input.ModelPackageGroupName, call),
  find: (input, context) => targetGroupForPolicy(context, input.ModelPackageGroupName),
  async run(_input, { tx, call, found: group }) {
    if (group.policy === null)
      throw missingGroupPolicy(modelPackageGroupArn(group, call.partition));
    return { ResourcePolicy: await showPrincipals(tx, call, group.policy) };
  },
});
