import { PutRule } from '../../contracts/events.gen.ts';
import type { PutRuleRequest } from '../../contracts/events.gen.ts';
import { limits } from '../../kernel/limits.ts';
import type { EventRuleRow } from '../../store/event-tables.ts';
import { lockAccount } from '../accounts/account-store.ts';
import { tooMany } from '../event-buses/event-bus.ts';
import type { BusReference } from '../event-buses/event-bus.ts';
import { operation } from '../operation.ts';
import type { OperationContext } from '../operation.ts';
import { checkTags, mergeTags } from '../tags/tag-list.ts';
import { changeRule } from './change-rule.ts';
import { checkRule, dueAfter, refuseManaged, ruleArnOf, toldRule } from './event-rule.ts';
import { ruleArn } from './rule-arn.ts';
import { countRules, insertRule } from './event-rule-store.ts';
import { targetRulePlace } from './event-rule-target.ts';
import { countEventRevision } from './event-revision-store.ts';

/** Creates a rule, or makes one anew but for its targets and tags: what is left out is reset. */
export const putRule = operation(PutRule, {
  effect: 'write',
  resource: (input, call) => ruleArnOf(input, call),
  find: (input, context) => targetRulePlace(context, input),
  check(input, call) {
    checkTags(input.Tags ?? []);
    checkRule(input, call);
  },
  async run(input, context) {
    const { call, access, found } = context;
    const { bus, rule } = found;
    refuseManaged(rule);
    if (input.RoleArn !== undefined) access.requirePassRole(input.RoleArn, 'events.amazonaws.com');
    const given = ruleColumns(input, call.now);
    if (rule) await changeRule(context, rule, given);
    else await makeRule(context, bus, { ...given, name: input.Name }, input.Tags);
    return { RuleArn: ruleArnOf(input, call) };
  },
});

type GivenColumns = Pick<
  EventRuleRow,
  'pattern' | 'schedule' | 'state' | 'description' | 'role_arn' | 'due_at'
>;

function ruleColumns(input: PutRuleRequest, now: number): GivenColumns {
  const rule = {
    pattern: input.EventPattern || null,
    schedule: input.ScheduleExpression || null,
    state: input.State ?? 'ENABLED',
    description: input.Description ?? null,
    role_arn: input.RoleArn ?? null,
  };
  return { ...rule, due_at: dueAfter(rule, now) };
}

async function makeRule(
  { tx, call, journal }: Pick<OperationContext, 'tx' | 'call' | 'journal'>,
  bus: BusReference,
  given: GivenColumns & Pick<EventRuleRow, 'name'>,
  tags: PutRuleRequest['Tags'] = [],
): Promise<void> {
  // The default bus has no row to lock.
  await lockAccount(tx, bus);
  if ((await countRules(tx, bus)) >= limits.rulesPerEventBusMax) throw tooMany();
  const row = {
    account_id: bus.accountId,
    region: bus.region,
    bus_name: bus.name,
    ...given,
    managed_by: null,
    created_by: call.accountId,
    tags: JSON.stringify(mergeTags([], tags, 'invalid')),
    created_at: call.now,
  };
  const rule = { ...row, id: await insertRule(tx, row) };
  await countEventRevision(tx);
  journal.record({
    resourceArn: ruleArn(rule, call.partition),
    after: toldRule(rule, call.partition),
  });
}
