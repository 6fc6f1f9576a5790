import { DescribeModelPackage } from '../../contracts/sagemaker.gen.ts';
import { operation } from '../operation.ts';
import { reduceModelCard } from './model-package-card.ts';
import { requirePackage } from './model-package-store.ts';
import { describeModelPackage, resolvePackage } from './model-package.ts';

/** Answers all that was registered, and what has become of it. */
export const describePackage = operation(DescribeModelPackage, {
  effect: 'read',
  resource: (input, call) => resolvePackage(input.ModelPackageName, call).arn,
  async run(input, { tx, call }) {
    const reference = resolvePackage(input.ModelPackageName, call);
    const row = await requirePackage(tx, reference, call);
    const described = describeModelPackage(row, call);
    if (input.IncludedData === 'MetadataOnly' && described.ModelCard) {
      return { ...described, ModelCard: reduceModelCard(described.ModelCard) };
    }
    return described;
  },
});
