import { BatchDescribeModelPackage } from '../../contracts/sagemaker.gen.ts';
import type {
  BatchDescribeModelPackageError,
  BatchDescribeModelPackageSummary,
} from '../../contracts/sagemaker.gen.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { Transaction } from '../../store/database.ts';
import { requireAccess } from '../access/require-access.ts';
import { operation } from '../operation.ts';
import type { Call } from '../call.ts';
import { requirePackage } from './model-package-store.ts';
import { describeModelPackage, resolvePackage } from './model-package.ts';

/** Describes up to a hundred versions; one that cannot be answered fails alone. */
export const batchDescribeModelPackage = operation(BatchDescribeModelPackage, {
  effect: 'read',
  resource: () => '*',
  async run(input, { tx, call }) {
    const summaries: Record<string, BatchDescribeModelPackageSummary> = {};
    const errors: Record<string, BatchDescribeModelPackageError> = {};
    for (const arn of new Set(input.ModelPackageArnList)) {
      try {
        summaries[arn] = await summarize(arn, tx, call);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        errors[arn] = { ErrorCode: errorCode(error), ErrorResponse: error.message };
      }
    }
    return { ModelPackageSummaries: summaries, BatchDescribeModelPackageErrorMap: errors };
  },
});

/** These codes are data of the answer, not the wire's names of a failed call. */
function errorCode(refusal: Refusal): string {
  return refusal.kind === 'denied' ? 'AccessDeniedException' : 'ValidationException';
}

async function summarize(
  arn: string,
  tx: Transaction,
  call: Call,
): Promise<BatchDescribeModelPackageSummary> {
  const reference = resolvePackage(arn, call);
  requireAccess(call, reference.arn);
  const row = await requirePackage(tx, reference, call);
  const described = describeModelPackage(row, call);
  const { ModelPackageGroupName, InferenceSpecification } = described;
  if (ModelPackageGroupName === undefined) {
    throw new Refusal('invalid', `ModelPackage ${arn} is not versioned.`);
  }
  if (!InferenceSpecification) {
    const message =
      `ModelPackage ${arn} has no InferenceSpecification, which this summary requires; ` +
      'use DescribeModelPackage.';
    throw new Refusal('invalid', message);
  }
  return {
    ModelPackageGroupName,
    InferenceSpecification,
    ModelPackageArn: described.ModelPackageArn,
    CreationTime: described.CreationTime,
    ModelPackageStatus: described.ModelPackageStatus,
    ...pickPresent(described, [
      'ModelPackageVersion',
      'ModelPackageDescription',
      'ModelApprovalStatus',
      'ModelPackageRegistrationType',
    ]),
  };
}

function pickPresent<T extends object, K extends keyof T>(from: T, keys: K[]): Pick<T, K> {
  const present = keys.filter((key) => from[key] !== undefined);
  return Object.fromEntries(present.map((key) => [key, from[key]])) as Pick<T, K>;
}
