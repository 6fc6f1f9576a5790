import type { JournalEvent } from '../journal/journal-entry.ts';
import type { ModelPackageRow } from '../../store/tables.ts';
import type { Call } from '../call.ts';
import { describeModelPackage } from './model-package.ts';

/**
 * The event of a package that came into being, or of which `updatedFields` changed (events.md
 * section 1.3): Describe's members, CreationTime as epoch milliseconds, without the card.
 */
export function stateChange(
  row: ModelPackageRow,
  call: Pick<Call, 'partition'>,
  updatedFields?: readonly string[],
): JournalEvent {
  const described = describeModelPackage(row, { ...call, strictAws: true });
  const { ModelCard: _card, CreatedBy: _by, LastModifiedBy: _modifiedBy, ...detail } = described;
  const name = row.version === null ? row.name : `${row.name}/${row.version}`;
  return {
    source: 'aws.sagemaker',
    detailType: 'SageMaker Model Package State Change',
    resources: [described.ModelPackageArn],
    detail: {
      ...detail,
      ModelPackageName: name,
      // Consumers of approvals read the description unasked, so it is always there for them.
      ...(updatedFields?.includes('ModelApprovalStatus') && {
        ApprovalDescription: detail.ApprovalDescription ?? '',
      }),
      ...(updatedFields && { UpdatedModelPackageFields: updatedFields }),
      ...(row.last_modified_at !== null && {
        LastModifiedTime: new Date(row.last_modified_at).toISOString(),
      }),
    },
  };
}
