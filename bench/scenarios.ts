/** What is measured: for each scenario the calls that clients make, and what is right to answer. */
import { randomUUID } from 'node:crypto';
import type {
  CreateModelPackageInput,
  CreateModelPackageOutput,
  DescribeModelPackageInput,
  DescribeModelPackageOutput,
  ListModelPackagesInput,
  ListModelPackagesOutput,
  SearchRequest,
  SearchResponse,
  UpdateModelPackageInput,
  UpdateModelPackageOutput,
} from '../src/contracts/sagemaker.gen.ts';
import { arnOf, metadataOf, pickVersion, registrationOf, tagOf } from './population.ts';
import type { Population, Version } from './population.ts';
import type { CallToMake } from './signed-request.ts';

/** One kind of call. */
export interface Scenario {
  readonly name: string;
  /** A write must not be sent twice: the second time it would change nothing. */
  readonly effect: 'read' | 'write';
  /** Makes a random call. */
  makeCall(population: Population, random: () => number): CallToMake;
}

const page = 10;

const describe: Scenario = {
  name: 'describe',
  effect: 'read',
  makeCall(population, random) {
    const version = pickVersion(population, random);
    const input: DescribeModelPackageInput = { ModelPackageName: arnOf(version) };
    const { trainingJob } = metadataOf(version);
    return call('DescribeModelPackage', input, (output: DescribeModelPackageOutput) => {
      const metadata = output.CustomerMetadataProperties;
      return output.ModelPackageArn === arnOf(version) && metadata?.trainingJob === trainingJob;
    });
  },
};

const list: Scenario = {
  name: 'list',
  effect: 'read',
  makeCall({ groups }) {
    const { name, size } = groups[0]!;
    const input: ListModelPackagesInput = {
      ModelPackageGroupName: name,
      SortBy: 'CreationTime',
      SortOrder: 'Descending',
      MaxResults: page,
    };
    return call('ListModelPackages', input, (output: ListModelPackagesOutput) =>
      isNewestPage(output, size),
    );
  },
};

/** Whether a page holds the last versions of a group, the last one first. */
function isNewestPage({ ModelPackageSummaryList: found }: ListModelPackagesOutput, size: number) {
  const isRight = found.every((one, index) => one.ModelPackageVersion === size - index);
  return isRight && found.length === Math.min(page, size);
}

const register: Scenario = {
  name: 'register',
  effect: 'write',
  makeCall(population, random) {
    const { group } = pickVersion(population, random);
    // No version of the population has this number, so that its metadata are its own.
    const version = 1e9 + Math.floor(random() * 1e9);
    const input: CreateModelPackageInput = registrationOf({ group, version }, randomUUID());
    return call('CreateModelPackage', input, (output: CreateModelPackageOutput) =>
      output.ModelPackageArn.includes(`:model-package/${group}/`),
    );
  },
};

const approve: Scenario = {
  name: 'approve',
  effect: 'write',
  makeCall(population, random) {
    const arn = arnOf(pickVersion(population, random));
    const input: UpdateModelPackageInput = {
      ModelPackageArn: arn,
      ModelApprovalStatus: 'Approved',
      ApprovalDescription: `meets the criteria of review ${randomUUID()}`,
    };
    const isRight = (output: UpdateModelPackageOutput): boolean => output.ModelPackageArn === arn;
    return call('UpdateModelPackage', input, isRight);
  },
};

type Metadata = ReturnType<typeof metadataOf>;

/** Every scenario, in the order of the table; search by metadata once for each cardinality. */
export const scenarios: readonly Scenario[] = [
  describe,
  list,
  register,
  approve,
  searchMetadata('search-metadata', 'trainingJob'),
  searchMetadata('search-metadata-100', 'dataset'),
  searchMetadata('search-metadata-3', 'framework'),
  search(
    'search-name',
    ({ group }) => ['ModelPackageGroupName', group],
    (record) => record.ModelPackageGroupName,
  ),
  search(
    'search-tag',
    (version) => [`Tags.${tagOf(version).Key}`, tagOf(version).Value],
    (record) => record.Tags?.find(({ Key }) => Key === 'campaign')?.Value,
  ),
];

function searchMetadata(name: string, key: keyof Metadata): Scenario {
  return search(
    name,
    (version) => [`CustomerMetadataProperties.${key}`, metadataOf(version)[key]],
    (record) => record.CustomerMetadataProperties?.[key],
  );
}

type FoundPackage = NonNullable<NonNullable<SearchResponse['Results']>[number]['ModelPackage']>;

/** Searches for what a random version has, so that there is something to find. */
function search(
  name: string,
  filterOf: (version: Version) => [property: string, value: string],
  valueOf: (record: FoundPackage) => string | undefined,
): Scenario {
  return {
    name,
    effect: 'read',
    makeCall(population, random) {
      const [property, value] = filterOf(pickVersion(population, random));
      const input: SearchRequest = {
        Resource: 'ModelPackage',
        SearchExpression: { Filters: [{ Name: property, Operator: 'Equals', Value: value }] },
        MaxResults: page,
      };
      return call('Search', input, ({ Results = [] }: SearchResponse) => {
        const values = Results.map(({ ModelPackage }) => ModelPackage && valueOf(ModelPackage));
        return values.length > 0 && values.every((found) => found === value);
      });
    },
  };
}

function call(operation: string, input: object, isRight: (output: never) => boolean): CallToMake {
  return { operation, input, isRight: isRight as CallToMake['isRight'] };
}
