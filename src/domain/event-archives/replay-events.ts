import { ReplayEvents } from '../../contracts/imprimatur-events.ts';
import type { ReplayEventsInput } from '../../contracts/imprimatur-events.ts';
import { parseArn } from '../../kernel/arn.ts';
import { refuseInvalid } from '../../kernel/refusal.ts';
import type { Call } from '../call.ts';
import { busArn, ownBus } from '../event-buses/event-bus.ts';
import type { BusReference } from '../event-buses/event-bus.ts';
import { namedRuleArn } from '../event-rules/event-rule.ts';
import { targetRuleOn } from '../event-rules/event-rule-target.ts';
import { ruleArn } from '../event-rules/rule-arn.ts';
import { operation } from '../operation.ts';
import { beginReplay } from './begin-replay.ts';
import { placeBefore } from './event-replay-store.ts';

/** Sends what came to a bus in a time to one of its rules once more, out of the bus's own log. */
export const replayEvents = operation(ReplayEvents, {
  effect: 'write',
  resource: (input, call) => {
    const { bus, name } = namedRule(input, call);
    return namedRuleArn(bus, name, call.partition);
  },
  find: (input, context) => {
    const { bus, name } = namedRule(input, context.call);
    return targetRuleOn(context, bus, name);
  },
  async run(input, context) {
    const { tx, call, found: rule } = context;
    if (rule.pattern === null) {
      refuseInvalid(`Rule ${rule.name} has no EventPattern that an event of the log could match.`);
    }
    const { From: startAt, To: endAt = call.now } = input;
    const { Name: name = `${rule.name.slice(0, ruleCharacters)}-${call.now}` } = input;
    const begun = await beginReplay(context, {
      name,
      description: undefined,
      sourceArn: busArn(ownBus(rule.bus_name, call), call.partition),
      busName: rule.bus_name,
      filterArns: [ruleArn(rule, call.partition)],
      startAt,
      endAt,
      position: await placeBefore(tx, startAt),
    });
    return { ReplayName: name, ...begun };
  },
});

/** So many characters of a rule's name leave room for a time in a replay's. */
const ruleCharacters = 48;

/** The rule of the caller's own that its name or its ARN means. */
function namedRule(
  { Rule: nameOrArn, EventBusName }: ReplayEventsInput,
  call: Call,
): { readonly bus: BusReference; readonly name: string } {
  if (!nameOrArn.startsWith('arn:')) return { bus: ownBus(EventBusName, call), name: nameOrArn };
  const parts = /^rule\/(?:(?<bus>.+)\/)?(?<name>[^/]+)$/.exec(parseArn(nameOrArn)?.resource ?? '');
  const { bus: busName, name = '' } = parts?.groups ?? {};
  const bus = ownBus(busName, call);
  if (namedRuleArn(bus, name, call.partition) === nameOrArn) return { bus, name };
  return refuseInvalid('Parameter Rule is not valid. Reason: It is no rule of this account here.');
}
