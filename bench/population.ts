/** What the registry under test holds: a pure function of its number of versions. */
import { hash } from 'node:crypto';
import type { CreateModelPackageInput } from '../src/contracts/sagemaker.gen.ts';

/** The account, region and key of every request. */
export const scope = { accountId: '123456789012', region: 'us-east-1' } as const;

/** A group and how many versions it has. */
export interface Group {
  readonly name: string;
  readonly size: number;
}

/** One version, by its group's name and its number. */
export interface Version {
  readonly group: string;
  readonly version: number;
}

/** Groups in the order of their size; the first has half of all versions. */
export interface Population {
  readonly versions: number;
  readonly groups: readonly Group[];
}

const smallGroups = 200;
const powerLawExponent = 1.1;

/** A registry of so many versions: half of them in one group, the rest by a power law. */
export function populationOf(versions: number): Population {
  const biggest = Math.ceil(versions / 2);
  const weights = Array.from({ length: smallGroups }, (_, n) => (n + 1) ** -powerLawExponent);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const groups = [{ name: groupName(0), size: biggest }];
  let weightBefore = 0;
  let given = 0;
  for (const [n, weight] of weights.entries()) {
    weightBefore += weight;
    // Rounded over the running sum, so that the sizes add up.
    const until = Math.round(((versions - biggest) * weightBefore) / total);
    groups.push({ name: groupName(n + 1), size: until - given });
    given = until;
  }
  return { versions, groups: groups.filter(({ size }) => size > 0) };
}

function groupName(n: number): string {
  const themes = ['fraud', 'churn', 'ranking', 'demand', 'credit', 'vision', 'speech', 'pricing'];
  return `${themes[n % themes.length]}-${String(n).padStart(3, '0')}`;
}

/** A random version, each as likely as any other. */
export function pickVersion({ versions, groups }: Population, random: () => number): Version {
  let rest = Math.floor(random() * versions);
  for (const { name, size } of groups) {
    if (rest < size) return { group: name, version: rest + 1 };
    rest -= size;
  }
  throw new RangeError('The groups do not add up.');
}

/** The ARN of a version. */
export function arnOf({ group, version }: Version): string {
  const { accountId, region } = scope;
  return `arn:aws:sagemaker:${region}:${accountId}:model-package/${group}/${version}`;
}

/** Versions that share a value: of the metadata keys, and of the tag. */
export const cardinality = { dataset: 100, framework: 3, campaign: 100 } as const;

/** The metadata of a version: unique, almost unique, of a hundred values, of fifty, of three. */
export function metadataOf({ group, version }: Version) {
  const seed = hash('md5', `${group}/${version}`);
  const number = Number.parseInt(seed.slice(0, 8), 16);
  const frameworks = ['pytorch', 'xgboost', 'sklearn'] as const;
  return {
    trainingJob: `train-${seed.slice(8, 24)}`,
    accuracy: (0.5 + (number % 4_999) / 10_000).toFixed(4),
    dataset: `s3-snapshot-${number % cardinality.dataset}`,
    owner: `team-${(number >>> 8) % 50}@example.com`,
    framework: frameworks[(number >>> 16) % cardinality.framework]!,
  };
}

/** The tag of a version. */
export function tagOf({ group, version }: Version): { Key: string; Value: string } {
  const number = Number.parseInt(hash('md5', `tag ${group}/${version}`).slice(0, 8), 16);
  return { Key: 'campaign', Value: `campaign-${number % cardinality.campaign}` };
}

/** A registration as a training pipeline sends it, about 1 KB of JSON. */
export function registrationOf(version: Version, clientToken: string): CreateModelPackageInput {
  const metadata = metadataOf(version);
  const folder = `s3://ml-artifacts-prod/${version.group}/${metadata.trainingJob}`;
  const image = `${scope.accountId}.dkr.ecr.${scope.region}.amazonaws.com/${version.group}:1.4`;
  return {
    ModelPackageGroupName: version.group,
    ModelPackageDescription: `Weekly retrain of ${version.group} by ${metadata.owner}`,
    ModelApprovalStatus: metadata.framework === 'xgboost' ? 'Approved' : 'PendingManualApproval',
    ClientToken: clientToken,
    CustomerMetadataProperties: metadata,
    Tags: [tagOf(version)],
    InferenceSpecification: {
      Containers: [{ Image: image, ModelDataUrl: `${folder}/output/model.tar.gz` }],
      SupportedContentTypes: ['text/csv', 'application/json'],
      SupportedResponseMIMETypes: ['application/json'],
      SupportedRealtimeInferenceInstanceTypes: ['ml.m5.xlarge'],
      SupportedTransformInstanceTypes: ['ml.m5.xlarge'],
    },
    ModelMetrics: {
      ModelQuality: {
        Statistics: { ContentType: 'application/json', S3Uri: `${folder}/quality.json` },
      },
      Bias: { Report: { ContentType: 'application/json', S3Uri: `${folder}/bias.json` } },
    },
  };
}

/** Random numbers from 0 to 1 that a seed determines (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
