import type { ApiDestination, DescribeApiDestinationResponse } from '../../contracts/events.gen.ts';
import { parseArn } from '../../kernel/arn.ts';
import { Refusal, refuseInvalid } from '../../kernel/refusal.ts';
import type { ApiDestinationRow } from '../../store/event-tables.ts';
import type { Call } from '../call.ts';
import { eventsArn } from '../event-buses/event-bus.ts';
import { isEndpoint } from '../event-connections/endpoint.ts';
import { scopeOf } from '../event-connections/event-connection.ts';
import type { Scope } from '../resource-reference.ts';

/** A destination with the state of its connection; null where that is gone. */
export interface DestinationWithConnection extends ApiDestinationRow {
  readonly connection_state: string | null;
}

/** A destination's ARN; without its row as policies name it. */
export function destinationArn(
  scope: Scope,
  { name, uuid }: { readonly name: string; readonly uuid?: string },
  partition: string,
): string {
  const id = uuid === undefined ? '' : `/${uuid}`;
  return eventsArn(scope, partition, `api-destination/${name}${id}`);
}

/** What a destination's signing secrets are sealed together with. */
export function destinationBinding(
  row: Pick<ApiDestinationRow, 'account_id' | 'region' | 'name'>,
): string {
  return `API destination ${row.name} of account ${row.account_id} in ${row.region}`;
}

/** A destination as answers to its changes name it. */
export function destinationState(row: DestinationWithConnection, partition: string) {
  const isActive = row.connection_state === 'AUTHORIZED';
  return {
    ApiDestinationArn: destinationArn(scopeOf(row), row, partition),
    ApiDestinationState: isActive ? ('ACTIVE' as const) : ('INACTIVE' as const),
    CreationTime: row.created_at,
    LastModifiedTime: row.modified_at,
  };
}

/** A destination as ListApiDestinations answers it. */
export function destinationView(row: DestinationWithConnection, partition: string): ApiDestination {
  return {
    ...destinationState(row, partition),
    Name: row.name,
    ConnectionArn: row.connection_arn,
    InvocationEndpoint: row.endpoint,
    HttpMethod: row.method as NonNullable<ApiDestination['HttpMethod']>,
    InvocationRateLimitPerSecond: row.rate_limit,
  };
}

/** A destination as DescribeApiDestination answers it. */
export function destinationDetails(
  row: DestinationWithConnection,
  partition: string,
): DescribeApiDestinationResponse {
  const { description } = row;
  return {
    ...destinationView(row, partition),
    ...(description !== null && { Description: description }),
  };
}

/** Refuses an endpoint that nothing could be sent to, in EventBridge's words. */
export function checkEndpoint(
  endpoint: string | undefined,
  call: Call,
  verb: 'create' | 'update',
): void {
  if (endpoint === undefined || isEndpoint(endpoint, call)) return;
  const reason = `Endpoint '${endpoint}' is invalid, please provide a valid HTTPS endpoint URL.`;
  refuseInvalid(
    `Failed to ${verb} the api-destination(s). ` +
      `Parameter InvocationEndpoint is not valid. Reason: ${reason}`,
  );
}

/** The name and id in a connection's ARN of the caller's own; undefined for any other. */
export function connectionNamed(
  arnText: string,
  { accountId, region, partition }: Pick<Call, 'accountId' | 'region' | 'partition'>,
): { readonly name: string; readonly uuid: string } | undefined {
  const arn = parseArn(arnText);
  const isOwn =
    arn?.service === 'events' &&
    arn.partition === partition &&
    arn.accountId === accountId &&
    arn.region === region;
  const [type, name, uuid, ...rest] = isOwn ? arn.resource.split('/') : [];
  if (type !== 'connection' || !name || !uuid || rest.length > 0) return undefined;
  return { name, uuid };
}

/** A destination that is not there. */
export function missingDestination(name: string): Refusal {
  return new Refusal(
    'missing',
    `Failed to describe the api-destination(s). An api-destination '${name}' does not exist.`,
  );
}

/** A name that is taken. */
export function takenDestination(name: string): Refusal {
  return new Refusal('exists', `An api-destination '${name}' already exists.`);
}
