import { DescribeModelPackage } from '../../contracts/sagemaker.gen.ts';
import { operation } from '../operation.ts';
import { reduceModelCard } from './model-package-card.ts';
import { targetPackage } from './model-package-target.ts';
import { describeForWire, describeModelPackage, resolvePackage } from './model-package.ts';

/** Answers all that was registered, and what has become of it. */
export const describePackage = operation(DescribeModelPackage, {
  effect: 'read',
  resource: (input, call) => resolvePackage(input.ModelPackageName, call).arn,
  find: (input, context) =>
    targetPackage(context, resolvePackage(input.ModelPackageName, context.call)),
  run(input, { call, found }) {
    if (input.IncludedData !== 'MetadataOnly') {
      return Promise.resolve(describeForWire(found, call));
    }
    const described = describeModelPackage(found, call);
    if (!described.ModelCard) return Promise.resolve(described);
    return Promise.resolve({ ...described, ModelCard: reduceModelCard(described.ModelCard) });
  },
});
