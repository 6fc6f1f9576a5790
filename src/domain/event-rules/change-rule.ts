import type { EventRuleRow } from '../../store/event-tables.ts';
import { changedMembers } from '../journal/changed-members.ts';
import type { OperationContext } from '../operation.ts';
import { toldRule } from './event-rule.ts';
import { ruleArn } from './rule-arn.ts';
import { saveRule } from './event-rule-store.ts';
import { countEventRevision } from './event-revision-store.ts';

/** Writes and records what a call makes of a rule, if that changes it. */
export async function changeRule(
  { tx, call, journal }: Pick<OperationContext, 'tx' | 'call' | 'journal'>,
  rule: EventRuleRow,
  change: Partial<EventRuleRow>,
): Promise<void> {
  const { partition } = call;
  const next = { ...rule, ...change };
  const changed = changedMembers(toldRule(rule, partition), toldRule(next, partition));
  if (!changed) {
    journal.unchanged();
    return;
  }
  await saveRule(tx, next);
  await countEventRevision(tx);
  journal.record({ resourceArn: ruleArn(rule, partition), ...changed });
}
