import { DescribeModelPackageGroupAsOf } from '../../contracts/imprimatur-past.ts';
import type { DescribeModelPackageGroupAsOfOutput } from '../../contracts/imprimatur-past.ts';
import { resolveGroup } from '../model-package-groups/model-package-group.ts';
import { targetGroup } from '../model-package-groups/model-package-group-target.ts';
import { operation } from '../operation.ts';
import { showPrincipals } from '../policies/policy-principals-store.ts';
import { findNewestPrune } from '../sealing/prune-store.ts';
import { checkAsOf, missingThen, references } from './as-of.ts';
import { findSequence, pastTarget, requirePastLife, tellAsOf } from './as-of-store.ts';

/** Tells what a group was, with its tags and its policy. */
export const describeGroupAsOf = operation(DescribeModelPackageGroupAsOf, {
  effect: 'read',
  resource: (input, call) => resolveGroup(input.ModelPackageGroupName, call).arn,
  check: (input) => checkAsOf(input),
  find: async (input, context) =>
    pastTarget(context.tx, await targetGroup(context, input.ModelPackageGroupName)),
  async run(input, context) {
    const { tx, call } = context;
    const { arn } = resolveGroup(input.ModelPackageGroupName, call);
    const sequence = await findSequence(tx, arn, input);
    const told = await tellAsOf(tx, arn, sequence);
    if (!told?.members) {
      throw missingThen('ModelPackageGroup', arn, sequence, await findNewestPrune(tx));
    }
    await requirePastLife(context, arn, sequence);
    const { Tags, ResourcePolicy, ...group } = told.members;
    return {
      ModelPackageGroup: group,
      Tags,
      ...(typeof ResourcePolicy === 'string' && {
        ResourcePolicy: await showPrincipals(tx, call, ResourcePolicy),
      }),
      AsOfSequence: sequence,
      LastChange: references(told).LastChange,
    } as unknown as DescribeModelPackageGroupAsOfOutput;
  },
});
