import { DescribeModelPackageAsOf } from '../../contracts/imprimatur-past.ts';
import type { DescribeModelPackageAsOfOutput } from '../../contracts/imprimatur-past.ts';
import { targetPackage } from '../model-packages/model-package-target.ts';
import { resolvePackage } from '../model-packages/model-package.ts';
import { operation } from '../operation.ts';
import type { OperationContext } from '../operation.ts';
import type { ToldResource } from '../journal/told-resource.ts';
import { findNewestPrune } from '../sealing/prune-store.ts';
import { checkAsOf, missingThen, references, strictly } from './as-of.ts';
import {
  findSequence,
  pastTarget,
  requirePastLife,
  spelledAsGiven,
  tellAsOf,
} from './as-of-store.ts';

/** Tells what a package was, with its tags, and who had given it its approval status. */
export const describePackageAsOf = operation(DescribeModelPackageAsOf, {
  effect: 'read',
  resource: (input, call) => resolvePackage(input.ModelPackageName, call).arn,
  check: (input) => checkAsOf(input),
  async find(input, context) {
    const reference = resolvePackage(input.ModelPackageName, context.call);
    const target = await pastTarget(context.tx, await targetPackage(context, reference));
    return { ...target, found: { nowArn: target.arn, givenArn: reference.arn } };
  },
  async run(input, context) {
    const { tx, call, found } = context;
    const sequence = await findSequence(tx, found.nowArn, input);
    const told = await tellNamed(context, found, sequence);
    if (!told?.members) {
      const shortened = await findNewestPrune(tx);
      throw missingThen('ModelPackage', found.givenArn, sequence, shortened);
    }
    await requirePastLife(context, String(told.members['ModelPackageArn']), sequence);
    const { Tags, ...described } = call.strictAws ? strictly(told.members) : told.members;
    return {
      ModelPackage: described,
      Tags,
      AsOfSequence: sequence,
      ...references(told),
    } as unknown as DescribeModelPackageAsOfOutput;
  },
});

interface Found {
  /** Of the package that has the name now. */
  readonly nowArn: string;
  /** The ARN that the name spells, which is an unversioned package's. */
  readonly givenArn: string;
}

/** What is an alias now may have been the name of an unversioned package then. */
async function tellNamed(
  { tx, access }: OperationContext<Found>,
  { nowArn, givenArn }: Found,
  sequence: number,
): Promise<ToldResource | undefined> {
  const told = await tellAsOf(tx, nowArn, sequence);
  if (told ?? nowArn === givenArn) return told;
  access.require({ arn: await spelledAsGiven(tx, givenArn) });
  return tellAsOf(tx, givenArn, sequence);
}
