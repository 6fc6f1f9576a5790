import { DeleteModelPackageGroupPolicy } from '../../contracts/sagemaker.gen.ts';
import { nothing, operation } from '../operation.ts';
import { missingGroupPolicy, modelPackageGroupArn, ownGroupArn } from './model-package-group.ts';
import { requireGroupForPolicy, saveGroupPolicy } from './model-package-group-store.ts';

/** Removes a group's resource policy; refuses when there is none. */
export const deleteModelPackageGroupPolicy = operation(DeleteModelPackageGroupPolicy, {
  effect: 'write',
  resource: (input, call) => ownGroupArn(input.ModelPackageGroupName, call),
  async run(input, { tx, call, journal }) {
    const group = await requireGroupForPolicy(tx, call, input.ModelPackageGroupName);
    const arn = modelPackageGroupArn(group, call.partition);
    if (group.policy === null) throw missingGroupPolicy(arn);
    await saveGroupPolicy(tx, group.id, null);
    journal.record({ resourceArn: arn, before: { ResourcePolicy: group.policy } });
    return nothing;
  },
});
