import type { EventEnvelope } from '../../domain/events/event-envelope.ts';

/** What a CloudEvent in JSON is called. */
export const cloudEventType = 'application/cloudevents+json; charset=utf-8';

/**
 * An event as CloudEvents 1.0 has it: its detail type is the type, the first of its resources the
 * subject; account, region and replay are extension attributes.
 */
export function cloudEvent(event: EventEnvelope): Readonly<Record<string, unknown>> {
  const [subject] = event.resources;
  return {
    specversion: '1.0',
    id: event.id,
    source: event.source,
    type: event['detail-type'],
    ...(subject !== undefined && { subject }),
    time: event.time,
    account: event.account,
    region: event.region,
    ...(event['replay-name'] !== undefined && { replayname: event['replay-name'] }),
    datacontenttype: 'application/json',
    data: event.detail,
  };
}
