import { DeleteModelPackageGroup } from '../../contracts/sagemaker.gen.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { hasVersions } from '../model-packages/model-package-store.ts';
import { nothing, operation } from '../operation.ts';
import { modelPackageGroupProperties } from '../search/search-properties.ts';
import { removeFromShares } from '../resource-shares/share-group-store.ts';
import { replaceSearchProperties } from '../search/search-property-store.ts';
import { parseTags } from '../tags/tag-list.ts';
import { groupEvents } from './model-package-group-events.ts';
import {
  describeModelPackageGroup,
  groupScope,
  modelPackageGroupArn,
  resolveGroup,
} from './model-package-group.ts';
import { deleteGroup } from './model-package-group-store.ts';
import { indexSharing } from './shared-group-store.ts';
import { targetGroup } from './model-package-group-target.ts';

/** Deletes an empty group, its policy and its tags. */
export const deleteModelPackageGroup = operation(DeleteModelPackageGroup, {
  effect: 'write',
  resource: (input, call) => resolveGroup(input.ModelPackageGroupName, call).arn,
  find: (input, context) => targetGroup(context, input.ModelPackageGroupName),
  async run(_input, { tx, call, journal, found: group }) {
    const arn = modelPackageGroupArn(group, call.partition);
    if (await hasVersions(tx, group.id)) {
      const reason = 'cannot be deleted because it contains model packages.';
      throw new Refusal('conflict', `ModelPackageGroup ${arn} ${reason}`);
    }
    const tags = parseTags(group.tags);
    await replaceSearchProperties(
      tx,
      { ...groupScope(group), resource: 'ModelPackageGroup', resourceId: group.id },
      { modifiedAt: group.created_at, properties: modelPackageGroupProperties(tags) },
      undefined,
    );
    await removeFromShares(tx, group.id);
    await indexSharing(tx, { ...group, policy: null, share_policy: null });
    await deleteGroup(tx, group.id);
    journal.record({
      resourceArn: arn,
      before: {
        ...describeModelPackageGroup(group, call),
        Tags: tags,
        ...(group.policy !== null && { ResourcePolicy: group.policy }),
      },
      events: groupEvents('Deleted', group, tags, call),
    });
    return nothing;
  },
});
