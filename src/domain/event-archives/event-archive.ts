import type {
  Archive,
  CreateArchiveResponse,
  DescribeArchiveResponse,
} from '../../contracts/events.gen.ts';
import { parseArn } from '../../kernel/arn.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { EventArchiveRow } from '../../store/event-tables.ts';
import { busArn, eventsArn, findBusReference, missingBus } from '../event-buses/event-bus.ts';
import type { BusReference } from '../event-buses/event-bus.ts';
import type { Call } from '../call.ts';
import type { Scope } from '../resource-reference.ts';

/** The ARN of an archive. */
export function archiveArn(scope: Scope, name: string, partition: string): string {
  return eventsArn(scope, partition, `archive/${name}`);
}

/** The name in the ARN of an archive of the caller's; undefined when it is none. */
export function archiveInArn(text: string, call: Call): string | undefined {
  const arn = parseArn(text);
  const name = /^archive\/(.+)$/.exec(arn?.resource ?? '')?.[1];
  if (name === undefined) return undefined;
  return archiveArn(call, name, call.partition) === text ? name : undefined;
}

/** The bus that the ARN of an archive's source names; only one's own can be archived. */
export function resolveSource(arn: string, call: Call): BusReference {
  const bus = findBusReference(arn, call);
  if (bus?.accountId === call.accountId) return bus;
  throw missingBus(arn.slice(arn.indexOf('/') + 1));
}

/** The bus of an archive. */
export function busOfArchive(row: EventArchiveRow): BusReference {
  return { ...scopeOf(row), name: row.bus_name };
}

function scopeOf(row: EventArchiveRow): Scope {
  return { accountId: row.account_id, region: row.region };
}

/** An archive as whoever makes or changes it is answered. */
export function archiveState(row: EventArchiveState, partition: string): CreateArchiveResponse {
  return {
    ArchiveArn: archiveArn({ accountId: row.account_id, region: row.region }, row.name, partition),
    State: 'ENABLED',
    CreationTime: row.created_at,
  };
}

/** What of a row its state is told by. */
type EventArchiveState = Pick<EventArchiveRow, 'account_id' | 'region' | 'name' | 'created_at'>;

/** An archive as ListArchives answers it. */
export function archiveView(row: EventArchiveRow, partition: string): Archive {
  return {
    ArchiveName: row.name,
    EventSourceArn: busArn(busOfArchive(row), partition),
    State: 'ENABLED',
    RetentionDays: row.retention_days,
    SizeBytes: row.size_bytes,
    EventCount: row.event_count,
    CreationTime: row.created_at,
  };
}

/** An archive as DescribeArchive answers it. */
export function archiveDetails(row: EventArchiveRow, partition: string): DescribeArchiveResponse {
  return {
    ArchiveArn: archiveArn(scopeOf(row), row.name, partition),
    ...archiveView(row, partition),
    ...(row.description !== null && { Description: row.description }),
    ...(row.pattern !== null && { EventPattern: row.pattern }),
  };
}

/** What a caller says of an archive, as the journal tells it. */
export function toldArchive(
  row: Pick<EventArchiveRow, 'description' | 'pattern' | 'retention_days'>,
): Record<string, unknown> {
  return {
    ...(row.description !== null && { Description: row.description }),
    ...(row.pattern !== null && { EventPattern: row.pattern }),
    RetentionDays: row.retention_days,
  };
}

/** An archive that is not there. */
export function missingArchive(name: string): Refusal {
  return new Refusal('missing', `Archive ${name} does not exist.`);
}

/** A name that is taken. */
export function takenArchive(name: string): Refusal {
  return new Refusal('exists', `Archive ${name} already exists.`);
}
