import type { Target } from '../access/target.ts';
import type { Call } from '../call.ts';
import { scopeOf } from '../event-connections/event-connection.ts';
import type { FindContext } from '../operation.ts';
import { destinationArn, missingDestination } from './api-destination.ts';
import type { DestinationWithConnection } from './api-destination.ts';
import { connectionStateOf, findDestination } from './api-destination-store.ts';

/** The ARN of a destination that a call names, before it is found. */
export function namedDestinationArn({ Name }: { readonly Name: string }, call: Call): string {
  return destinationArn(call, { name: Name }, call.partition);
}

/** The destination that a caller names, as what its call acts on: policies may leave out its id. */
export async function targetDestination(
  { tx, call }: FindContext,
  { Name: name }: { readonly Name: string },
): Promise<Target<DestinationWithConnection>> {
  const row = await findDestination(tx, call, name);
  const otherArn = destinationArn(call, { name }, call.partition);
  if (!row) {
    return { arn: otherArn, otherArn: `${otherArn}/*`, missing: missingDestination(name) };
  }
  const connection_state = await connectionStateOf(tx, call, row.connection_arn);
  const arn = destinationArn(scopeOf(row), row, call.partition);
  return { arn, otherArn, found: { ...row, connection_state } };
}
