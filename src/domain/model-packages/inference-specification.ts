import { refuseInvalid } from '../../kernel/refusal.ts';
import type {
  AdditionalInferenceSpecificationDefinition,
  InferenceSpecification,
  ModelPackageContainerDefinition,
} from '../../contracts/sagemaker.gen.ts';

/** The members that say how a package is run. */
export interface Specifications {
  readonly InferenceSpecification?: InferenceSpecification;
  readonly AdditionalInferenceSpecifications?: AdditionalInferenceSpecificationDefinition[];
  readonly SourceUri?: string;
}

/** Refuses what a contract cannot say about specifications (registry.md sections 3.3, 6.3, 6.6). */
export function checkSpecifications(input: Specifications): void {
  const { InferenceSpecification: main, AdditionalInferenceSpecifications: others = [] } = input;
  if (main && input.SourceUri !== undefined) {
    refuseInvalid('InferenceSpecification and SourceUri cannot be specified together.');
  }
  if (main?.Containers.some((container) => container.AdditionalS3DataSource)) {
    refuseInvalid('AdditionalS3DataSource is not allowed in InferenceSpecification');
  }
  for (const specification of [main, ...others]) {
    if (specification) checkModelData(specification.Containers);
  }
  checkNames(others);
}

function checkModelData(containers: readonly ModelPackageContainerDefinition[]): void {
  if (containers.some((container) => container.ModelDataUrl && container.ModelDataSource)) {
    refuseInvalid('ModelDataUrl and ModelDataSource of a container cannot be specified together.');
  }
}

function checkNames(specifications: readonly AdditionalInferenceSpecificationDefinition[]): void {
  const names = new Set<string>();
  for (const { Name } of specifications) {
    if (names.has(Name)) {
      refuseInvalid(`AdditionalInferenceSpecifications contain the name '${Name}' twice.`);
    }
    names.add(Name);
  }
}

/** Refuses what only versions may have: an unversioned package's containers are plainer. */
export function checkUnversionedContainers(input: Specifications): void {
  const { InferenceSpecification: main, AdditionalInferenceSpecifications: others = [] } = input;
  const containers = [main, ...others].flatMap((specification) => specification?.Containers ?? []);
  if (containers.some(({ Environment = {} }) => Object.keys(Environment).length > 0)) {
    refuseInvalid(
      '1 validation errors detected:Environment variable map cannot be specified when using ' +
        'non-versioned ModelPackages',
    );
  }
  if (containers.some((container) => container.ModelDataSource)) {
    refuseInvalid('ModelDataSource cannot be specified when using non-versioned ModelPackages.');
  }
}
