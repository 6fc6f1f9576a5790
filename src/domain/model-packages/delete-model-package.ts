import { DeleteModelPackage } from '../../contracts/sagemaker.gen.ts';
import { nothing, operation } from '../operation.ts';
import { deletionEvents } from './model-package-events.ts';
import { deletePackage } from './model-package-store.ts';
import { targetPackage } from './model-package-target.ts';
import { describeModelPackage, modelPackageArn, resolvePackage } from './model-package.ts';

/** Deletes a package, effective on return; a version's number is never given again. */
export const deleteModelPackage = operation(DeleteModelPackage, {
  effect: 'write',
  resource: (input, call) => resolvePackage(input.ModelPackageName, call).arn,
  find: (input, context) =>
    targetPackage(context, resolvePackage(input.ModelPackageName, context.call)),
  async run(_input, { tx, call, journal, found: row }) {
    await deletePackage(tx, row);
    const before = { ...describeModelPackage(row, call), Tags: JSON.parse(row.tags) as unknown };
    journal.record({
      resourceArn: modelPackageArn(row, call.partition),
      before,
      events: deletionEvents(row, call),
    });
    return nothing;
  },
});
