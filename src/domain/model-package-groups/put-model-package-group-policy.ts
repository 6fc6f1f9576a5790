import { PutModelPackageGroupPolicy } from '../../contracts/sagemaker.gen.ts';
import { operation } from '../operation.ts';
import { keepGroupPolicy } from '../policies/policy-principals-store.ts';
import { parseTags } from '../tags/tag-list.ts';
import { groupEvents } from './model-package-group-events.ts';
import { checkModelPackageGroupPolicy } from './model-package-group-policy.ts';
import { modelPackageGroupArn, ownGroupArn } from './model-package-group.ts';
import { saveGroupPolicy } from './model-package-group-store.ts';
import { indexSharing } from './shared-group-store.ts';
import { targetGroupForPolicy } from './model-package-group-target.ts';

/** Sets a group's resource policy, replacing the whole of the one before. */
export const putModelPackageGroupPolicy = operation(PutModelPackageGroupPolicy, {
  effect: 'write',
  resource: (input, call) => ownGroupArn(input.ModelPackageGroupName, call),
  find: (input, context) => targetGroupForPolicy(context, input.ModelPackageGroupName),
  async run(input, { tx, call, journal, found: group }) {
    const arn = modelPackageGroupArn(group, call.partition);
    checkModelPackageGroupPolicy(input.ResourcePolicy, { arn });
    const policy = await keepGroupPolicy(tx, call, input.ResourcePolicy);
    await saveGroupPolicy(tx, group.id, policy);
    await indexSharing(tx, { ...group, policy });
    journal.record({
      resourceArn: arn,
      ...(group.policy !== null && { before: { ResourcePolicy: group.policy } }),
      after: { ResourcePolicy: policy },
      events: groupEvents('PolicyPut', group, parseTags(group.tags), call),
    });
    return { ModelPackageGroupArn: arn };
  },
});
