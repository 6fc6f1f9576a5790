import { ListDeliveries } from '../../contracts/imprimatur-deliveries.ts';
import { limits } from '../../kernel/limits.ts';
import { formatPageToken, parsePageToken } from '../../kernel/page-token.ts';
import { newestPage } from '../newest-first.ts';
import { operation } from '../operation.ts';
import { anyRuleArn, deliveryView } from './delivery.ts';
import { listDeliveriesBefore, listDeliveriesOf } from './delivery-list-store.ts';
import type { ListedDelivery } from './delivery-list-store.ts';

/** Lists the deliveries of an account in a region, the newest first. */
export const listDeliveries = operation(ListDeliveries, {
  effect: 'read',
  resource: (input, call) => input.RuleArn ?? anyRuleArn(call),
  async run(input, { tx, call }) {
    const { NextToken, MaxResults: limit = limits.pageItemsMax, ...filters } = input;
    const { accountId, region } = call;
    const binding = ['ListDeliveries', accountId, region, filters];
    const [before] = parsePageToken(NextToken, binding, ['number']) ?? [Number.MAX_SAFE_INTEGER];
    const { State, RuleArn, TargetArn, EventId, StartTime, EndTime } = filters;
    const isAs = <Value>(asked: Value | undefined, value: Value) =>
      asked === undefined || asked === value;
    const page = await newestPage<ListedDelivery>(
      {
        async read(beforeId, count) {
          const q = { accountId, region, beforeId, limit: count };
          const rows = await (EventId === undefined
            ? listDeliveriesBefore(tx, q, State)
            : listDeliveriesOf(tx, EventId, q));
          return { rows, next: rows.length < count ? undefined : rows.at(-1)!.id };
        },
        isPast: (row) => row.created_at < (StartTime ?? -Infinity),
        isWanted: (row) =>
          row.created_at <= (EndTime ?? Infinity) &&
          isAs(State, row.state) &&
          isAs(RuleArn, row.rule_arn) &&
          isAs(TargetArn, row.target_arn),
      },
      { before: Number(before), limit, scannedMax: limits.listedDeliveriesScannedMax },
    );
    return {
      Deliveries: page.rows.map(deliveryView),
      ...(page.next !== undefined && { NextToken: formatPageToken([page.next], binding) }),
    };
  },
});
