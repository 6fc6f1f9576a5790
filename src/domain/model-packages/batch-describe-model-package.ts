import { BatchDescribeModelPackage } from '../../contracts/sagemaker.gen.ts';
import type {
  BatchDescribeModelPackageError,
  BatchDescribeModelPackageSummary,
} from '../../contracts/sagemaker.gen.ts';
import { limits } from '../../kernel/limits.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { ModelPackageRow } from '../../store/tables.ts';
import { operation } from '../operation.ts';
import type { Call } from '../call.ts';
import { targetPackage } from './model-package-target.ts';
import { describeModelPackage, resolvePackage } from './model-package.ts';

/** Describes up to a hundred versions; one that cannot be answered fails alone. */
export const batchDescribeModelPackage = operation(BatchDescribeModelPackage, {
  effect: 'read',
  resource: () => '*',
  asksItself: true,
  async run(input, context) {
    const { call, access } = context;
    const summaries: Record<string, BatchDescribeModelPackageSummary> = {};
    const errors: Record<string, BatchDescribeModelPackageError> = {};
    let room: number = limits.answerCharactersMax;
    for (const arn of new Set(input.ModelPackageArnList)) {
      try {
        const target = await targetPackage(context, resolvePackage(arn, call));
        access.require(target);
        if ('missing' in target) throw target.missing;
        const row = target.found;
        room -= row.document.length;
        if (room < 0) throw new Refusal('limit', 'The answer has no room for it; ask again.');
        summaries[arn] = summarize(arn, row, call);
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
  if (refusal.kind === 'limit') return 'ResourceLimitExceeded';
  return refusal.kind === 'denied' ? 'AccessDeniedException' : 'ValidationException';
}

function summarize(
  arn: string,
  row: ModelPackageRow,
  call: Call,
): BatchDescribeModelPackageSummary {
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
