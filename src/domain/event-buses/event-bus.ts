import type {
  CreateEventBusRequest,
  DescribeEventBusResponse,
  EventBus,
} from '../../contracts/events.gen.ts';
import { formatArn, parseArn } from '../../kernel/arn.ts';
import { Refusal, refuseInvalid } from '../../kernel/refusal.ts';
import type { EventBusRow } from '../../store/event-tables.ts';
import type { Call } from '../call.ts';
import type { Scope } from '../resource-reference.ts';

/** The bus that each account has in each region, and that is meant where none is named. */
export const defaultBusName = 'default';

/** A bus that a caller names; it need not be there. */
export interface BusReference extends Scope {
  readonly name: string;
}

/** What a bus's document column holds: members that only describe it. */
export type EventBusDocument = Pick<CreateEventBusRequest, 'DeadLetterConfig' | 'LogConfig'>;

/** The ARN of something of EventBridge. */
export function eventsArn(scope: Scope, partition: string, resource: string): string {
  const { accountId, region } = scope;
  return formatArn({ partition, service: 'events', region, accountId, resource });
}

/** The ARN of a bus. */
export function busArn(bus: BusReference, partition: string): string {
  return eventsArn(bus, partition, `event-bus/${bus.name}`);
}

/** What names a bus that was read. */
export function busReference(row: EventBusRow): BusReference {
  return { accountId: row.account_id, region: row.region, name: row.name };
}

/** The bus of the caller's own account that has a name. */
export function ownBus(name: string | undefined, call: Call): BusReference {
  return { accountId: call.accountId, region: call.region, name: name ?? defaultBusName };
}

/** Resolves EventBusName where a name or an ARN may stand; refuses an ARN of elsewhere. */
export function resolveBus(nameOrArn: string | undefined, call: Call): BusReference {
  const bus = findBusReference(nameOrArn, call);
  return (
    bus ?? refuseInvalid('Parameter EventBusName is not valid. Reason: It is of another region.')
  );
}

/** The same; undefined where an ARN is of another partition or region, or of no bus. */
export function findBusReference(
  nameOrArn: string | undefined,
  call: Call,
): BusReference | undefined {
  if (nameOrArn === undefined || !nameOrArn.startsWith('arn:')) return ownBus(nameOrArn, call);
  const arn = parseArn(nameOrArn);
  const name = /^event-bus\/(.+)$/.exec(arn?.resource ?? '')?.[1];
  const isHere =
    arn?.service === 'events' && arn.partition === call.partition && arn.region === call.region;
  return isHere && name !== undefined ? { ...arn, name } : undefined;
}

/** A bus that is not there. */
export function missingBus(name: string): Refusal {
  return new Refusal('missing', `Event bus ${name} does not exist.`);
}

/** A name that is taken. */
export function takenBus(name: string): Refusal {
  return new Refusal('exists', `Event bus ${name} already exists.`);
}

/** One thing more than there may be of its kind. */
export function tooMany(): Refusal {
  return new Refusal('limit', 'The requested resource exceeds the maximum number allowed.');
}

/** Refuses what a bus is asked to do that nothing here does. */
export function checkBusSettings({
  KmsKeyIdentifier: key,
}: Pick<CreateEventBusRequest, 'KmsKeyIdentifier'>): void {
  if (!key) return;
  refuseInvalid(
    'Parameter KmsKeyIdentifier is not valid. Reason: There is no KMS here; events are kept as ' +
      'the database keeps them.',
  );
}

/** A bus as DescribeEventBus answers it; a time that nobody knows is left out. */
export function busDetails(row: EventBusRow, partition: string): DescribeEventBusResponse {
  return { ...busView(row, partition), ...busDocument(row) };
}

/** A bus as ListEventBuses answers it. */
export function busView(row: EventBusRow, partition: string): EventBus {
  return {
    Name: row.name,
    Arn: busArn(busReference(row), partition),
    ...(row.description && { Description: row.description }),
    ...(row.policy !== null && { Policy: row.policy }),
    ...(row.created_at > 0 && { CreationTime: row.created_at }),
    ...(row.modified_at > 0 && { LastModifiedTime: row.modified_at }),
  };
}

/** The members of a bus that only describe it; those that were emptied are left out. */
export function busDocument({ document }: Pick<EventBusRow, 'document'>): EventBusDocument {
  const members = Object.entries(JSON.parse(document) as EventBusDocument);
  return Object.fromEntries(members.filter(([, value]) => Object.keys(value).length > 0));
}
