import { DeleteModelPackageGroupPolicy } from '../../contracts/sagemaker.gen.ts';
import { nothing, operation } from '../operation.ts';
import { parseTags } from '../tags/tag-list.ts';
import { groupEvents } from './model-package-group-events.ts';
import { missingGroupPolicy, modelPackageGroupArn, ownGroupArn } from './model-package-group.ts';
import { saveGroupPolicy } from './model-package-group-store.ts';
import { indexSharing } from './shared-group-store.ts';
import { targetGroupForPolicy } from './model-package-group-target.ts';

/** Removes a group's resource policy; refuses when there is none. */
export const deleteModelPackageGroupPolicy = operation(DeleteModelPackageGroupPolicy, {
  effect: 'write',
  resource: (input, call) => ownGroupArn(input.ModelPackageGroupName, call),
  find: (input, context) => targetGroupForPolicy(context, input.ModelPackageGroupName),
  async run(_input, { tx, call, journal, found: group }) {
    const arn = modelPackageGroupArn(group, call.partition);
    if (group.policy === null) throw missingGroupPolicy(arn);
    await saveGroupPolicy(tx, group.id, null);
    await indexSharing(tx, { ...group, policy: null });
    journal.record({
      resourceArn: arn,
      before: { ResourcePolicy: group.policy },
      events: groupEvents('PolicyDeleted', group, parseTags(group.tags), call),
    });
    return nothing;
  },
});
