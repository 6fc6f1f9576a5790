import type { EventConnectionRow } from '../../store/event-tables.ts';
import type { Target } from '../access/target.ts';
import type { Call } from '../call.ts';
import type { FindContext } from '../operation.ts';
import { connectionArn, missingConnection, scopeOf } from './event-connection.ts';
import { findConnection } from './event-connection-store.ts';

/** The ARN of a connection that a call names, before it is found. */
export function namedConnectionArn({ Name }: { readonly Name: string }, call: Call): string {
  return connectionArn(call, { name: Name }, call.partition);
}

/** The connection that a caller names, as what its call acts on: policies may leave out its id. */
export async function targetConnection(
  { tx, call }: FindContext,
  { Name: name }: { readonly Name: string },
): Promise<Target<EventConnectionRow>> {
  const row = await findConnection(tx, call, name);
  const otherArn = connectionArn(call, { name }, call.partition);
  if (!row) {
    return { arn: otherArn, otherArn: `${otherArn}/*`, missing: missingConnection(name) };
  }
  return { arn: connectionArn(scopeOf(row), row, call.partition), otherArn, found: row };
}
