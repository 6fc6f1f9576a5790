import { DeleteModelPackage } from '../../contracts/sagemaker.gen.ts';
import { nothing, operation } from '../operation.ts';
import { deletePackage, requirePackage } from './model-package-store.ts';
import { describeModelPackage, modelPackageArn, resolvePackage } from './model-package.ts';

/** Deletes a package, effective on return; a version's number is never given again. */
export const deleteModelPackage = operation(DeleteModelPackage, {
  effect: 'write',
  resource: (input, call) => resolvePackage(input.ModelPackageName, call).arn,
  async run(input, { tx, call, journal }) {
    const reference = resolvePackage(input.ModelPackageName, call);
    const row = await requirePackage(tx, reference, call);
    await deletePackage(tx, row);
    const before = { ...describeModelPackage(row, call), Tags: JSON.parse(row.tags) as unknown };
    journal.record({ resourceArn: modelPackageArn(row, call.partition), before });
    return nothing;
  },
});
