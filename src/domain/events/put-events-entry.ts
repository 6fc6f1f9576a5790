import type { PutEventsRequestEntry, PutEventsResultEntry } from '../../contracts/events.gen.ts';
import { limits } from '../../kernel/limits.ts';
import { refuseInvalid } from '../../kernel/refusal.ts';
import type { Call } from '../call.ts';
import { findBusReference } from '../event-buses/event-bus.ts';
import type { BusReference } from '../event-buses/event-bus.ts';
import { eventTime } from './event-envelope.ts';
import type { EventEnvelope } from './event-envelope.ts';
import { isTooDeep } from './json-depth.ts';

/** An entry that goes on a bus. */
export interface GoodEntry {
  readonly bus: BusReference;
  readonly source: string;
  readonly detailType: string;
  /** A JSON object, as the caller spelled it. */
  readonly detail: string;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly resources: readonly string[];
}

/** An entry, judged: it goes on a bus, or this is what is wrong with it. */
export type JudgedEntry = GoodEntry | { readonly fault: PutEventsResultEntry };

/** What a time takes up of what a request may hold (events.md section 2.1). */
const timeBytes = 14;

/** Refuses entries that are too much together. */
export function checkEntries(entries: readonly PutEventsRequestEntry[]): void {
  const bytes = entries.reduce((sum, entry) => sum + entryBytes(entry), 0);
  if (bytes <= limits.putEventsBytesMax) return;
  refuseInvalid('Total size of the entries in the request is over the limit.');
}

function entryBytes(entry: PutEventsRequestEntry): number {
  const { Time, Source = '', DetailType = '', Detail = '', Resources = [] } = entry;
  const texts = [Source, DetailType, Detail, ...Resources];
  const ofTexts = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  return ofTexts + (Time === undefined ? 0 : timeBytes);
}

/** Judges an entry by itself, in EventBridge's words. */
export function judgeEntry(entry: PutEventsRequestEntry, call: Call): JudgedEntry {
  const { Source = '', DetailType = '', Detail = '', Resources = [], Time = call.now } = entry;
  for (const [name, value] of Object.entries({ Source, DetailType, Detail })) {
    if (value === '') return invalid(name, `${name} is a required argument.`);
  }
  if (isReserved(Source, call)) {
    return fault('NotAuthorizedForSourceException', 'Not authorized for the source.');
  }
  if (!isJsonObject(Detail)) return fault('MalformedDetail', 'Detail is malformed.');
  const bus = findBusReference(entry.EventBusName, call);
  if (!bus) return invalid('EventBusName', 'It is of another region.');
  if (!/^\d{4}-/.test(new Date(Time).toISOString())) {
    return invalid('Time', 'It is outside of the years 0 to 9999.');
  }
  const texts = { source: Source, detailType: DetailType, detail: Detail };
  return { ...texts, bus, time: Time, resources: Resources };
}

/** What AWS and the registry itself say: nobody else may say it for them. */
function isReserved(source: string, { strictAws }: Call): boolean {
  return source.startsWith('aws.') || (!strictAws && /^imprimatur(?:\.|$)/.test(source));
}

function invalid(parameter: string, reason: string): JudgedEntry {
  return fault('InvalidArgument', `Parameter ${parameter} is not valid. Reason: ${reason}`);
}

function fault(ErrorCode: string, ErrorMessage: string): JudgedEntry {
  return { fault: { ErrorCode, ErrorMessage } };
}

function isJsonObject(text: string): boolean {
  if (!text.trimStart().startsWith('{')) return false;
  try {
    JSON.parse(text);
  } catch {
    return false;
  }
  return !isTooDeep(text);
}

/**
 * The envelope's JSON text; its detail stays as it was spelled, so that no number loses a digit.
 */
export function envelopeText(entry: GoodEntry, id: string, accountId: string): string {
  const envelope: EventEnvelope = {
    version: '0',
    id,
    'detail-type': entry.detailType,
    source: entry.source,
    account: accountId,
    time: eventTime(entry.time),
    region: entry.bus.region,
    resources: entry.resources,
    detail: {},
  };
  const text = JSON.stringify(envelope);
  const end = '{}}';
  return `${text.slice(0, -end.length)}${entry.detail}}`;
}
