import { hash } from 'node:crypto';
import { refuseInvalid } from '../../kernel/refusal.ts';
import type {
  CreateModelPackageInput,
  ModelPackageStatusDetails,
  ModelPackageValidationSpecification,
} from '../../contracts/sagemaker.gen.ts';
import type { Call } from '../call.ts';
import { checkTags } from '../tags/tag-list.ts';
import { userContext } from '../user-context.ts';
import { checkSpecifications, checkUnversionedContainers } from './inference-specification.ts';
import type { ModelPackageDocument } from './model-package.ts';

/** Refuses a registration that its contract allows and the registry does not (registry.md 6). */
export function checkNewModelPackage(input: CreateModelPackageInput, call: Call): void {
  const { ModelPackageName: name, ModelPackageGroupName: group, Tags: tags = [] } = input;
  if (name === undefined && group === undefined) refuseInvalid('Missing ARN');
  if (call.strictAws && name !== undefined && group !== undefined) {
    refuseInvalid(
      'Both ModelPackageName and ModelPackageGroupName are provided in the input. ' +
        'Cannot determine which one to use.',
    );
  }
  if (call.strictAws && group !== undefined && tags.length > 0) {
    refuseInvalid(
      'Tags are not supported for versioned model packages. Tag the model package group instead, ' +
        'or use CustomerMetadataProperties.',
    );
  }
  checkTags(tags);
  checkSpecifications(input);
  if (group === undefined) checkUnversioned(input, call);
}

function checkUnversioned(input: CreateModelPackageInput, call: Call): void {
  const { InferenceSpecification: main } = input;
  if (input.SourceUri !== undefined) {
    refuseInvalid('SourceUri cannot be specified when using non-versioned ModelPackages.');
  }
  if (!main && !input.SourceAlgorithmSpecification) {
    refuseInvalid(
      'InferenceSpecification or SourceAlgorithmSpecification must be specified when using ' +
        'non-versioned ModelPackages.',
    );
  }
  checkUnversionedContainers(input);
  if (!call.strictAws || !main) return;
  for (const member of instanceTypes) {
    if (main[member] === undefined) {
      refuseInvalid(`${member} must be specified when using non-versioned ModelPackages.`);
    }
  }
}

const instanceTypes = [
  'SupportedTransformInstanceTypes',
  'SupportedRealtimeInferenceInstanceTypes',
] as const;

/** The document of a new package: what was given and is no column, and what the registry adds. */
export function newDocument(
  input: CreateModelPackageInput,
  call: Pick<Call, 'principal' | 'validationProfileStatus'>,
): ModelPackageDocument {
  const {
    ModelPackageName: _name,
    ModelPackageGroupName: _group,
    ModelApprovalStatus: _status,
    Tags: _tags,
    ClientToken: _token,
    ...given
  } = input;
  return {
    CertifyForMarketplace: false,
    SkipModelValidation: 'None',
    ...given,
    ...(given.ValidationSpecification && {
      ValidationSpecification: withKmsKeyIds(given.ValidationSpecification),
    }),
    ModelPackageStatusDetails: statusDetails(given.ValidationSpecification, call),
    CreatedBy: userContext(call.principal),
  };
}

/** Nothing here runs validations, so each profile has the status that the configuration names. */
function statusDetails(
  specification: ModelPackageValidationSpecification | undefined,
  call: Pick<Call, 'validationProfileStatus'>,
): ModelPackageStatusDetails {
  const profiles = specification?.ValidationProfiles ?? [];
  return {
    ValidationStatuses: profiles.map((profile) => ({
      Name: profile.ProfileName,
      Status: call.validationProfileStatus,
    })),
    ImageScanStatuses: [],
  };
}

/** Describe shows an unset KmsKeyId of a transform output as an empty string. */
function withKmsKeyIds(
  specification: ModelPackageValidationSpecification,
): ModelPackageValidationSpecification {
  const profiles = specification.ValidationProfiles.map((profile) => {
    const job = profile.TransformJobDefinition;
    const output = { KmsKeyId: '', ...job.TransformOutput };
    return { ...profile, TransformJobDefinition: { ...job, TransformOutput: output } };
  });
  return { ...specification, ValidationProfiles: profiles };
}

/** A fingerprint of a request, its token apart: SHA-256 in hex. */
export function requestHash(input: CreateModelPackageInput): string {
  const { ClientToken: _, ...rest } = input;
  return hash('sha256', JSON.stringify(sorted(rest)));
}

/** A value whose members are in one order, whatever theirs was. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const members = value as Record<string, unknown>;
  const names = Object.keys(members).sort();
  return Object.fromEntries(names.map((name) => [name, sorted(members[name])]));
}
