import { PutModelPackageGroupPolicy } from '../../contracts/sagemaker.gen.ts';
import { operation } from '../operation.ts';
import { checkModelPackageGroupPolicy } from './model-package-group-policy.ts';
import { modelPackageGroupArn, ownGroupArn } from './model-package-group.ts';
import { requireGroupForPolicy, saveGroupPolicy } from './model-package-group-store.ts';

/** Sets a group's resource policy, replacing the whole of the one before. */
export const putModelPackageGroupPolicy = operation(PutModelPackageGroupPolicy, {
  effect: 'write',
  resource: (input, call) => ownGroupArn(input.ModelPackageGroupName, call),
  async run(input, { tx, call, journal }) {
    const group = await requireGroupForPolicy(tx, call, input.ModelPackageGroupName);
    const arn = modelPackageGroupArn(group, call.partition);
    checkModelPackageGroupPolicy(input.ResourcePolicy, { arn });
    await saveGroupPolicy(tx, group.id, input.ResourcePolicy);
    journal.record({
      resourceArn: arn,
      ...(group.policy !== null && { before: { ResourcePolicy: group.policy } }),
      after: { ResourcePolicy: input.ResourcePolicy },
    });
    return { ModelPackageGroupArn: arn };
  },
});
