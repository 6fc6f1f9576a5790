import { derivedId } from '../../kernel/id.ts';
import type { JournalEvent } from '../journal/journal-entry.ts';
import type { JournalRow } from '../../store/tables.ts';

/** An event as EventBridge tells it (events.md section 1.1); its members in this order. */
export interface EventEnvelope {
  readonly version: '0';
  /** A UUID: whoever gets an event twice knows it by this. */
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** Whole seconds, as `2026-03-04T09:15:27Z`. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
  /** Of an event that is sent once more. */
  readonly 'replay-name'?: string;
}

/** A time (epoch milliseconds) as events tell it. */
export function eventTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/**
 * The event as a replay sends it: under an id of its own, so that who drops what came before takes
 * it, and under the same one however often it is tried.
 */
export function replayed(envelope: EventEnvelope, replayName: string): EventEnvelope {
  const id = derivedId(`${envelope.id} ${replayName}`, 0);
  return { ...envelope, id, 'replay-name': replayName };
}

/** The event at a place (0 for the first) in a journal entry. */
export function envelopeOf(
  event: JournalEvent,
  entry: Pick<JournalRow, 'id' | 'at' | 'account_id' | 'region'>,
  index: number,
): EventEnvelope {
  return {
    version: '0',
    id: derivedId(entry.id, index),
    'detail-type': event.detailType,
    source: event.source,
    account: entry.account_id,
    time: eventTime(entry.at),
    region: entry.region,
    resources: event.resources,
    detail: event.detail,
  };
}
