import { RedriveDeliveries } from '../../contracts/imprimatur-deliveries.ts';
import type {
  RedriveDeliveriesInput,
  RedriveDeliveriesOutput,
} from '../../contracts/imprimatur-deliveries.ts';
import { limits } from '../../kernel/limits.ts';
import { formatPageToken, parsePageToken } from '../../kernel/page-token.ts';
import { Refusal, refuseInvalid } from '../../kernel/refusal.ts';
import type { DeliveryRow } from '../../store/event-tables.ts';
import { findRule } from '../event-rules/event-rule-store.ts';
import { operation } from '../operation.ts';
import type { OperationContext } from '../operation.ts';
import { anyRuleArn, missingDelivery, ownRuleKey } from './delivery.ts';
import { findDelivery, listGivenUp } from './delivery-list-store.ts';
import { redriveDelivery } from './delivery-store.ts';

/** Has deliveries that were given up tried once more, by the whole RetryPolicy of their target. */
export const redriveDeliveries = operation(RedriveDeliveries, {
  effect: 'write',
  resource: (input, call) => input.RuleArn ?? anyRuleArn(call),
  asksItself: true,
  check({ DeliveryIds, RuleArn, ...ofRule }) {
    if ((DeliveryIds === undefined) === (RuleArn === undefined)) {
      refuseInvalid('Exactly one of DeliveryIds and RuleArn must be specified.');
    }
    if (DeliveryIds && Object.values(ofRule).some((value) => value !== undefined)) {
      refuseInvalid('DeliveryIds cannot be specified together with anything else.');
    }
  },
  async run(input, context) {
    const { rows, ...rest } = input.DeliveryIds
      ? { rows: await chosen(input.DeliveryIds, context) }
      : await givenUpOfRule(input.RuleArn!, input, context);
    return { RedrivenCount: await redrive(rows, input, context), ...rest };
  },
});

/** Those of some numbers; who may not redrive one of them redrives none. */
async function chosen(
  ids: readonly number[],
  { tx, call, access }: OperationContext,
): Promise<DeliveryRow[]> {
  const rows: DeliveryRow[] = [];
  for (const id of [...new Set(ids)].toSorted((one, other) => one - other)) {
    const row = await findDelivery(tx, call, id);
    access.require({ arn: row?.rule_arn ?? anyRuleArn(call) });
    if (!row) throw missingDelivery(id);
    rows.push(row);
  }
  return rows;
}

/** The oldest that a rule gave up. */
async function givenUpOfRule(
  ruleArn: string,
  input: RedriveDeliveriesInput,
  { tx, call, access }: OperationContext,
): Promise<{ rows: DeliveryRow[]; NextToken?: string }> {
  access.require({ arn: ruleArn });
  const key = ownRuleKey(ruleArn, call);
  const rule = key && (await findRule(tx, key));
  if (!rule) throw new Refusal('missing', `Rule ${ruleArn} does not exist.`);
  const { NextToken, ...filters } = input;
  const { TargetId: targetId, StartTime: start = -Infinity, EndTime: end = Infinity } = filters;
  const binding = ['RedriveDeliveries', call.accountId, call.region, filters];
  const [from] = parsePageToken(NextToken, binding, ['number']) ?? [0];
  const limit = limits.listScanRows;
  const rows: DeliveryRow[] = [];
  for (let afterId = Number(from); ;) {
    const read = await listGivenUp(tx, { ruleId: rule.id, afterId, limit });
    for (const row of read) {
      if (row.created_at > end) return { rows };
      if (row.created_at < start || (targetId ?? row.target_id) !== row.target_id) continue;
      if (rows.length === limits.redrivenDeliveriesMax) {
        return { rows, NextToken: formatPageToken([rows.at(-1)!.id], binding) };
      }
      rows.push(row);
    }
    if (read.length < limit) return { rows };
    afterId = read.at(-1)!.id;
  }
}

/** Answers how many of them had been given up. */
async function redrive(
  rows: readonly DeliveryRow[],
  { RuleArn }: RedriveDeliveriesInput,
  { tx, call, journal }: OperationContext,
): Promise<RedriveDeliveriesOutput['RedrivenCount']> {
  const redriven: number[] = [];
  for (const { id } of rows) {
    if (await redriveDelivery(tx, id, call.now)) redriven.push(id);
  }
  if (redriven.length === 0) {
    journal.unchanged();
    return 0;
  }
  const [arn, ...others] = new Set(rows.map((row) => row.rule_arn));
  journal.record({
    resourceArn: RuleArn ?? (others.length > 0 ? anyRuleArn(call) : arn!),
    after: { RedrivenDeliveryIds: redriven },
  });
  return redriven.length;
}
