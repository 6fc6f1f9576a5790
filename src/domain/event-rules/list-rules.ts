import { ListRules } from '../../contracts/events.gen.ts';
import { eventPage } from '../event-page.ts';
import { operation } from '../operation.ts';
import { ruleView } from './event-rule.ts';
import { listRuleRows } from './event-rule-store.ts';
import { targetBusOfList } from './event-rule-target.ts';

/** Lists the rules of a bus by name, page by page. */
export const listRules = operation(ListRules, {
  effect: 'read',
  resource: () => '*',
  find: (input, context) => targetBusOfList(context, input.EventBusName),
  async run(input, { tx, call, found: bus }) {
    const { NamePrefix: prefix } = input;
    const { items, rest } = await eventPage(
      input,
      call,
      (after, limit) => listRuleRows(tx, { bus, prefix, after, limit }),
      ({ name }) => name,
    );
    return { Rules: items.map((rule) => ruleView(rule, call.partition)), ...rest };
  },
});
