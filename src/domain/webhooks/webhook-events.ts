import type { WebhookEvent } from '../../contracts/imprimatur-webhooks.ts';

/** Source and detail type of the event that TestWebhook sends. */
export const testEvent = { source: 'imprimatur', detailType: 'Webhook Test' } as const;

/** What a webhook waits for. */
export interface WebhookWords {
  readonly events: readonly WebhookEvent[];
  readonly groupName: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** Updates name what they changed; a registration names nothing (events.md section 1.3). */
const registered: Fields = { UpdatedModelPackageFields: [{ exists: false }] };

/** A package that is deleted is told with what it was, which must not look like news. */
const there: Fields = { ModelPackageStatus: [{ 'anything-but': 'Deleting' }] };

/** Registered with a status, or brought to it: other changes of such a package do not count. */
function came(status: string): Fields {
  return {
    ...there,
    ModelApprovalStatus: [status],
    UpdatedModelPackageFields: ['ModelApprovalStatus', { exists: false }],
  };
}

const meanings: Readonly<Record<WebhookEvent, Fields>> = {
  registered: { ...there, ...registered },
  approved: came('Approved'),
  rejected: came('Rejected'),
  archived: came('Archived'),
  changed: { UpdatedModelPackageFields: [{ exists: true }] },
  deleted: { ModelPackageStatus: ['Deleting'] },
  any: { ModelPackageStatus: [{ exists: true }] },
};

/**
 * The pattern of a webhook's rule. One that is about a group says so at the top, by which rules
 * are told apart fastest.
 */
export function wordsPattern(webhookName: string, { events, groupName }: WebhookWords): string {
  return JSON.stringify({
    source: ['aws.sagemaker', testEvent.source],
    'detail-type': ['SageMaker Model Package State Change', testEvent.detailType],
    detail: {
      ...(groupName !== undefined && { ModelPackageGroupName: [groupName] }),
      $or: [...events.map((event) => meanings[event]), { WebhookName: [webhookName] }],
    },
  });
}

/** The pattern of the same words for whoever is no webhook. */
export function eventsPattern({ events, groupName }: WebhookWords): string {
  const [meaning, ...others] = events.map((event) => meanings[event]);
  return JSON.stringify({
    ...(events.length > 0 && {
      source: ['aws.sagemaker'],
      'detail-type': ['SageMaker Model Package State Change'],
    }),
    detail: {
      ...(groupName !== undefined && { ModelPackageGroupName: [groupName] }),
      ...(others.length > 0 ? { $or: [meaning, ...others] } : meaning),
    },
  });
}

/** The pattern of a webhook's rule that is given one: it lets test events in besides. */
export function ownPattern(webhookName: string, pattern: string): string {
  return JSON.stringify({
    $or: [
      JSON.parse(pattern) as Fields,
      {
        source: [testEvent.source],
        'detail-type': [testEvent.detailType],
        detail: { WebhookName: [webhookName] },
      },
    ],
  });
}
