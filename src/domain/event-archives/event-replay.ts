import type { DescribeReplayResponse, Replay } from '../../contracts/events.gen.ts';
import { Refusal, refuseInvalid } from '../../kernel/refusal.ts';
import type { EventReplayRow } from '../../store/event-tables.ts';
import { busArn, eventsArn } from '../event-buses/event-bus.ts';
import type { EventEnvelope } from '../events/event-envelope.ts';
import type { Scope } from '../resource-reference.ts';

/** The ARN of a replay. */
export function replayArn(scope: Scope, name: string, partition: string): string {
  return eventsArn(scope, partition, `replay/${name}`);
}

/** Whether a replay takes events from a bus's own log, not from an archive. */
export function isOfLog({ source_arn: arn }: Pick<EventReplayRow, 'source_arn'>): boolean {
  return /^[^/]*:event-bus\//.test(arn);
}

/** The name of the archive that a replay is out of. */
export function nameInSource({ source_arn: arn }: Pick<EventReplayRow, 'source_arn'>): string {
  return arn.slice(arn.indexOf('/') + 1);
}

/** Whether an event is a schedule's, which its own rule alone sends to its targets. */
export function isScheduled(event: EventEnvelope): boolean {
  return event.source === 'aws.events' && event['detail-type'] === 'Scheduled Event';
}

/** The rules that a replay is for; undefined for all. */
export function filterOf({ filter_arns: text }: EventReplayRow): ReadonlySet<string> | undefined {
  const arns = JSON.parse(text) as string[];
  return arns.length === 0 ? undefined : new Set(arns);
}

/** A replay as ListReplays answers it. */
export function replayView(row: EventReplayRow): Replay {
  return {
    ReplayName: row.name,
    EventSourceArn: row.source_arn,
    State: row.state,
    ...(row.state_reason !== null && { StateReason: row.state_reason }),
    EventStartTime: row.start_at,
    EventEndTime: row.end_at,
    ...(row.replayed_until !== null && { EventLastReplayedTime: row.replayed_until }),
    ReplayStartTime: row.started_at,
    ...(row.ended_at !== null && { ReplayEndTime: row.ended_at }),
  };
}

/** A replay as DescribeReplay answers it. */
export function replayDetails(row: EventReplayRow, partition: string): DescribeReplayResponse {
  const scope = { accountId: row.account_id, region: row.region };
  const FilterArns = [...(filterOf(row) ?? [])];
  return {
    ReplayArn: replayArn(scope, row.name, partition),
    ...replayView(row),
    ...(row.description !== null && { Description: row.description }),
    Destination: {
      Arn: busArn({ ...scope, name: row.bus_name }, partition),
      ...(FilterArns.length > 0 && { FilterArns }),
    },
  };
}

/** A replay as the journal tells it. */
export function toldReplay(row: EventReplayRow, partition: string): Record<string, unknown> {
  const { ReplayArn: _, ...members } = replayDetails(row, partition);
  return members;
}

/** A replay that is not there. */
export function missingReplay(name: string): Refusal {
  return new Refusal('missing', `Replay ${name} does not exist.`);
}

/** Refuses a list that is asked for by more than one of its filters. */
export function checkOneFilter(
  input: { State?: unknown; EventSourceArn?: unknown; NamePrefix?: unknown },
  operation: string,
): void {
  const { State, EventSourceArn, NamePrefix } = input;
  const given = [State, EventSourceArn, NamePrefix].filter((one) => one !== undefined);
  if (given.length <= 1) return;
  refuseInvalid(
    `At most one filter is allowed for ${operation}. ` +
      'Use either : State, EventSourceArn, or NamePrefix.',
  );
}
