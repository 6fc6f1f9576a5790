import { parseArn } from '../../kernel/arn.ts';
import { timeOfId } from '../../kernel/id.ts';
import { isGlobalView, isReadOnly, namedArns } from './trail-event.ts';
import type { Attribute, TrailSource, Viewer } from './trail-event.ts';
import type { TrailOrder } from './trail-store.ts';

/** A part of the records, in an order that an index has. */
export interface StreamPlan {
  readonly source: TrailSource;
  readonly order: TrailOrder;
  readonly value: string;
}

/** Where to look, from when to when; times are inclusive. */
export interface LookupPlan {
  readonly streams: readonly StreamPlan[];
  readonly startAt: number;
  readonly endAt: number;
}

const bothSources: readonly TrailSource[] = ['journal', 'read_record'];

/**
 * The streams that hold everything with an attribute, the fewest records that an index can narrow
 * it to. What the streams hold besides is left out by whoever reads them.
 */
export function planLookup(
  attribute: Attribute | undefined,
  viewer: Viewer,
  time: { startAt: number; endAt: number },
): LookupPlan {
  const { value = '' } = attribute ?? {};
  const everywhere = (order: TrailOrder, of = value, sources = bothSources): StreamPlan[] =>
    sources.map((source) => ({ source, order, value: of }));
  const byTime = (sources = bothSources): StreamPlan[] => [
    ...everywhere('time', '', sources),
    ...everywhere('caller', '', sources),
  ];
  switch (attribute?.key) {
    case 'EventId': {
      const at = timeOfId(value);
      if (at === undefined) return { ...time, streams: [] };
      const startAt = Math.max(time.startAt, at);
      return { startAt, endAt: Math.min(time.endAt, at), streams: byTime() };
    }
    case 'AccessKeyId':
      return { ...time, streams: everywhere('key') };
    case 'ResourceName':
      return { ...time, streams: resourceStreams(value, viewer, everywhere) };
    case 'EventName':
      return { ...time, streams: byTime(isReadOnly(value) ? bothSources : ['journal']) };
    case 'ReadOnly':
      return { ...time, streams: byTime(value === 'true' ? bothSources : ['journal']) };
    default:
      return { ...time, streams: byTime() };
  }
}

function resourceStreams(
  value: string,
  viewer: Viewer,
  everywhere: (order: TrailOrder, of?: string) => StreamPlan[],
): StreamPlan[] {
  if (parseArn(value)) return everywhere('resource', value.toLowerCase());
  return [
    ...namedArns(value, viewer).flatMap((arn) => everywhere('resource', arn)),
    // What other accounts' resources are called, and where in the tree of paths a user is.
    ...everywhere('caller'),
    ...(isGlobalView(viewer) ? everywhere('iam') : []),
  ];
}
