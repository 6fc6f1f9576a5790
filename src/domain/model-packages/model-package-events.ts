import type { JournalEvent } from '../journal/journal-entry.ts';
import type { ModelPackageRow } from '../../store/tables.ts';
import type { Call } from '../call.ts';
import { eventTime } from '../events/event-envelope.ts';
import type { PlannedUpdate } from './model-package-update.ts';
import { describeModelPackage } from './model-package.ts';

/**
 * The event of a package that came into being, or that an update changed (events.md section 1.3):
 * Describe's members, CreationTime as epoch milliseconds, without the card. Outside strict mode
 * an update tells also what approval and life cycle were before it.
 */
export function stateChange(
  row: ModelPackageRow,
  call: Pick<Call, 'partition' | 'strictAws'>,
  update?: Pick<PlannedUpdate, 'fields' | 'before'>,
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
      ...(update?.fields.includes('ModelApprovalStatus') && {
        ApprovalDescription: detail.ApprovalDescription ?? '',
      }),
      ...(update && { UpdatedModelPackageFields: update.fields }),
      ...(update && !call.strictAws && previousMembers(update.before)),
      ...(row.last_modified_at !== null && { LastModifiedTime: eventTime(row.last_modified_at) }),
    },
  };
}

/** Of what automation acts on, so that a rule can tell a move from the same said again. */
function previousMembers({
  ModelApprovalStatus: approval,
  ModelLifeCycle: lifeCycle,
}: PlannedUpdate['before']): Record<string, unknown> {
  return {
    ...(approval !== undefined && { PreviousModelApprovalStatus: approval }),
    ...(lifeCycle !== undefined && { PreviousModelLifeCycle: lifeCycle }),
  };
}

/** The events of a package that goes: one, as an extension, since AWS documents none. */
export function deletionEvents(
  row: ModelPackageRow,
  call: Pick<Call, 'partition' | 'strictAws'>,
): readonly JournalEvent[] {
  return call.strictAws ? [] : [stateChange({ ...row, status: 'Deleting' }, call)];
}
