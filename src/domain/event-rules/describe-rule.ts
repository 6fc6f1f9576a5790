import { DescribeRule } from '../../contracts/events.gen.ts';
import { operation } from '../operation.ts';
import { ruleArnOf, ruleDetails } from './event-rule.ts';
import { targetRule } from './event-rule-target.ts';

/** Describes a rule, without its targets. */
export const describeRule = operation(DescribeRule, {
  effect: 'read',
  resource: (input, call) => ruleArnOf(input, call),
  find: (input, context) => targetRule(context, input),
  run: (_, { call, found: rule }) => Promise.resolve(ruleDetails(rule, call.partition)),
});
