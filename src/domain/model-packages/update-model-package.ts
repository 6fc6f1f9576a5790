import { UpdateModelPackage } from '../../contracts/sagemaker.gen.ts';
import type { UpdateModelPackageInput } from '../../contracts/sagemaker.gen.ts';
import { refuseInvalid } from '../../kernel/refusal.ts';
import { operation } from '../operation.ts';
import type { Call } from '../call.ts';
import { checkSpecifications } from './inference-specification.ts';
import { checkModelCard } from './model-package-card.ts';
import { stateChange } from './model-package-events.ts';
import { updatePackage } from './model-package-store.ts';
import { targetPackage } from './model-package-target.ts';
import { planUpdate } from './model-package-update.ts';
import { modelPackageArn, resolvePackage } from './model-package.ts';
import type { PackageReference } from './model-package.ts';

/** Changes a version: its approval, metadata, specifications, card or life cycle. */
export const updateModelPackage = operation(UpdateModelPackage, {
  effect: 'write',
  resource: (input, call) => referenceOf(input, call).arn,
  async check(input) {
    checkSpecifications(input);
    if (input.ModelCard) await checkModelCard(input.ModelCard);
  },
  find: (input, context) => targetPackage(context, referenceOf(input, context.call)),
  async run(input, { tx, call, journal, found: row }) {
    const arn = modelPackageArn(row, call.partition);
    if (row.version === null) {
      refuseInvalid(`ModelPackage ${arn} is not versioned; only versions can be updated.`);
    }
    const update = planUpdate(row, input, call);
    if (!update) {
      journal.unchanged();
      return { ModelPackageArn: arn };
    }
    await updatePackage(tx, row, update.row);
    journal.record({
      resourceArn: arn,
      before: update.before,
      after: update.after,
      events: [stateChange(update.row, call, update)],
    });
    return { ModelPackageArn: arn };
  },
});

/** The version meant: by ARN, as in AWS, or (an extension) by name. */
function referenceOf(input: UpdateModelPackageInput, call: Call): PackageReference {
  const { ModelPackageArn: arn, ModelPackageName: name } = input;
  if (arn !== undefined && name !== undefined) {
    refuseInvalid('ModelPackageArn and ModelPackageName cannot be specified together.');
  }
  if (arn === undefined && name === undefined) {
    refuseInvalid(
      "1 validation error detected: Value null at 'modelPackageArn' failed to satisfy " +
        'constraint: Member must not be null',
    );
  }
  return resolvePackage((arn ?? name)!, call);
}
