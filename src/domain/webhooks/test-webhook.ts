import { TestWebhook } from '../../contracts/imprimatur-webhooks.ts';
import { derivedId } from '../../kernel/id.ts';
import { refuseInvalid } from '../../kernel/refusal.ts';
import { defaultBusName } from '../event-buses/event-bus.ts';
import { eventTime } from '../events/event-envelope.ts';
import type { EventEnvelope } from '../events/event-envelope.ts';
import { putInOutbox } from '../events/outbox-store.ts';
import { operation } from '../operation.ts';
import { choiceOf, namedWebhookArn } from './webhook.ts';
import { testEvent } from './webhook-events.ts';
import { requireWebhook } from './webhook-store.ts';

/** Puts an event on the bus that only this webhook waits for, so that all of its way is tried. */
export const testWebhook = operation(TestWebhook, {
  effect: 'write',
  resource: (input, call) => namedWebhookArn(input.Name, call),
  async run({ Name }, { tx, call, journal }) {
    const row = await requireWebhook(tx, call, Name);
    if (row.rule_state === 'DISABLED') {
      refuseInvalid(`The webhook '${Name}' is disabled: it gets no events.`);
    }
    const { ModelPackageGroupName } = choiceOf(row);
    const envelope: EventEnvelope = {
      version: '0',
      id: derivedId(call.requestId, 0),
      'detail-type': testEvent.detailType,
      source: testEvent.source,
      account: call.accountId,
      time: eventTime(call.now),
      region: call.region,
      resources: [namedWebhookArn(Name, call)],
      // The group lets it through the same pattern as the events that it stands for.
      detail: { WebhookName: Name, ...(ModelPackageGroupName && { ModelPackageGroupName }) },
    };
    await putInOutbox(tx, {
      journal_seq: null,
      account_id: call.accountId,
      region: call.region,
      bus_name: defaultBusName,
      hops: 0,
      body: JSON.stringify(envelope),
    });
    journal.record({
      resourceArn: namedWebhookArn(Name, call),
      after: { EventId: envelope.id },
    });
    return { EventId: envelope.id };
  },
});
