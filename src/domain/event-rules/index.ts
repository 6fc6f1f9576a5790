import { deleteRule } from './delete-rule.ts';
import { describeRule } from './describe-rule.ts';
import { disableRule } from './disable-rule.ts';
import { enableRule } from './enable-rule.ts';
import { listRuleNamesByTarget } from './list-rule-names-by-target.ts';
import { listRules } from './list-rules.ts';
import { listTargetsByRule } from './list-targets-by-rule.ts';
import { putRule } from './put-rule.ts';
import { putTargets } from './put-targets.ts';
import { removeTargets } from './remove-targets.ts';

/** What can be done with rules and their targets. */
export const eventRuleOperations = [
  putRule,
  describeRule,
  listRules,
  listRuleNamesByTarget,
  enableRule,
  disableRule,
  deleteRule,
  putTargets,
  removeTargets,
  listTargetsByRule,
];
