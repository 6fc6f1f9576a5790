import { compiledPolicy } from '../../domain/access/compiled-policies.ts';
import { evaluate } from '../../domain/access/evaluate-policy.ts';
import { conditionKeyName } from '../../domain/access/policy-variables.ts';
import { rootPrincipal } from '../../domain/access/principal.ts';
import { seeBus } from '../../domain/event-buses/event-bus-store.ts';
import { putInOutbox } from '../../domain/events/outbox-store.ts';
import { parseArn } from '../../kernel/arn.ts';
import type { Arn } from '../../kernel/arn.ts';
import type { Database } from '../../store/database.ts';
import type { EventBusRow } from '../../store/event-tables.ts';
import type { Invocation, Outcome, TargetKind } from './target.ts';

/** What event buses as targets work with. */
export interface EventBusTargetParts {
  readonly database: Database;
  /** Told that there is something to route. */
  readonly wake: () => void;
}

const prefix = 'event-bus/';

/** Event buses as targets, of any account and region here: the event goes on as it is. */
export class EventBusTarget implements TargetKind {
  readonly #parts: EventBusTargetParts;

  constructor(parts: EventBusTargetParts) {
    this.#parts = parts;
  }

  /** Whether it is the ARN of a bus. */
  serves(arn: string): boolean {
    return busOf(arn) !== undefined;
  }

  /** Puts the event on the bus, unless it came from a bus already, or may not. */
  async send(invocation: Invocation): Promise<Outcome> {
    if (invocation.hops > 0) return secondHop;
    const { Arn: arn } = invocation.target;
    const place = busOf(arn)!;
    const { database, wake } = this.#parts;
    const outcome = await database.write(async (tx): Promise<Outcome> => {
      const bus = await seeBus(tx, { ...place, name: place.resource.slice(prefix.length) });
      if (!bus) return gone;
      if (!mayPut(invocation, bus, place)) return denied;
      await putInOutbox(tx, {
        journal_seq: null,
        account_id: bus.account_id,
        region: bus.region,
        bus_name: bus.name,
        hops: invocation.hops + 1,
        body: JSON.stringify(invocation.event),
      });
      return { kind: 'delivered' };
    });
    if (outcome.kind === 'delivered') wake();
    return outcome;
  }
}

function busOf(arn: string): Arn | undefined {
  const parsed = parseArn(arn);
  return parsed?.service === 'events' && parsed.resource.startsWith(prefix) ? parsed : undefined;
}

/** By the bus's policy; a rule of its own account needs none that allows. */
function mayPut(invocation: Invocation, bus: EventBusRow, { partition }: Arn): boolean {
  const { accountId, event, rule, target } = invocation;
  const principal = rootPrincipal(accountId, partition);
  const { policy } = bus;
  const keys = {
    'aws:PrincipalAccount': accountId,
    'aws:PrincipalArn': principal.arn,
    'aws:SourceAccount': accountId,
    'aws:SourceArn': rule.arn,
    'events:detail-type': event['detail-type'],
    'events:eventBusInvocation': 'true',
    'events:source': event.source,
  };
  const request = {
    action: 'events:PutEvents',
    resource: target.Arn,
    principal,
    resourceAccountId: bus.account_id,
    conditionKeys: new Map(
      Object.entries(keys).map(([key, value]) => [conditionKeyName(key), [value]] as const),
    ),
  };
  const resource = policy && { name: target.Arn, policy: compiledPolicy(policy, 'resource') };
  return evaluate(request, { identity: [], ...(resource && { resource }) }).decision === 'allowed';
}

const secondHop: Outcome = {
  kind: 'never',
  errorCode: 'THIRD_ACCOUNT_HOP_DETECTED',
  message:
    'Event ingestion rejected for event ID because an event can be sent to an event bus target ' +
    'only once. This event was previously delivered to an event bus target.',
};

const gone: Outcome = {
  kind: 'never',
  errorCode: 'NO_RESOURCE',
  message: 'The event bus does not exist.',
};

const denied: Outcome = {
  kind: 'never',
  errorCode: 'NO_PERMISSIONS',
  message: 'The policy of the event bus does not allow events:PutEvents.',
};
