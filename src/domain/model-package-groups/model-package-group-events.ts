import type { Tag } from '../../contracts/sagemaker.gen.ts';
import type { ModelPackageGroupRow } from '../../store/tables.ts';
import type { Call } from '../call.ts';
import type { JournalEvent } from '../journal/journal-entry.ts';
import { describeModelPackageGroup } from './model-package-group.ts';

/** What can happen to a group. */
export type GroupChange = 'Created' | 'Deleted' | 'PolicyDeleted' | 'PolicyPut' | 'TagsChanged';

/**
 * The events of a group that changed: one of our own, as AWS has none, and therefore none in strict
 * mode. `tags` are those after the change, or before a deletion; a policy's text is not told.
 */
export function groupEvents(
  change: GroupChange,
  group: Pick<ModelPackageGroupRow, 'account_id' | 'region' | 'name' | 'created_at' | 'document'>,
  tags: readonly Tag[],
  call: Pick<Call, 'partition' | 'strictAws'>,
): readonly JournalEvent[] {
  if (call.strictAws) return [];
  const { CreatedBy: _, ...detail } = describeModelPackageGroup(group, call);
  return [
    {
      source: 'imprimatur',
      detailType: 'SageMaker Model Package Group State Change',
      resources: [detail.ModelPackageGroupArn],
      detail: {
        ...detail,
        ...(change === 'Deleted' && { ModelPackageGroupStatus: 'Deleting' }),
        Change: change,
        Tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])),
      },
    },
  ];
}
