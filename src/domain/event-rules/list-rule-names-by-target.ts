import { ListRuleNamesByTarget } from '../../contracts/events.gen.ts';
import { eventPage } from '../event-page.ts';
import { operation } from '../operation.ts';
import { listRuleRows } from './event-rule-store.ts';
import { targetBusOfList } from './event-rule-target.ts';

/** Lists the names of those rules of a bus that send to a target, page by page. */
export const listRuleNamesByTarget = operation(ListRuleNamesByTarget, {
  effect: 'read',
  resource: () => '*',
  find: (input, context) => targetBusOfList(context, input.EventBusName),
  async run(input, { tx, call, found: bus }) {
    const { TargetArn: targetArn } = input;
    const { items, rest } = await eventPage(
      input,
      call,
      (after, limit) => listRuleRows(tx, { bus, targetArn, after, limit }),
      ({ name }) => name,
    );
    return { RuleNames: items.map(({ name }) => name), ...rest };
  },
});
