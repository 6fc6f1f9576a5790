import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import type {
  CreateModelPackageInput,
  InferenceSpecification,
  ModelApprovalStatus,
  ModelMetrics,
} from '../contracts/sagemaker.gen.ts';
import type { CommonOptions } from './command.ts';
import { UsageFailure } from './failure.ts';

/** Options of `imprimatur register`. */
export interface RegisterOptions extends CommonOptions {
  readonly createGroup?: boolean;
  readonly image?: string;
  readonly modelData?: string;
  readonly contentType?: string[];
  readonly responseType?: string[];
  readonly sourceUri?: string;
  readonly description?: string;
  readonly metadata?: string[];
  readonly tag?: string[];
  readonly metrics?: string;
  readonly name?: string;
  readonly status?: ModelApprovalStatus;
  readonly token?: string;
}

/** The registration that options describe. */
export function registration(group: string, options: RegisterOptions): CreateModelPackageInput {
  const { name, description, status, sourceUri, token, tag } = options;
  const { ModelMetrics, measured } = readMetrics(options.metrics);
  const metadata = { ...measured, ...Object.fromEntries(pairs('--metadata', options.metadata)) };
  const specification = inferenceSpecification(options);
  return {
    ModelPackageGroupName: group,
    ...(name !== undefined && { ModelPackageName: name }),
    ...(description !== undefined && { ModelPackageDescription: description }),
    ...(specification && { InferenceSpecification: specification }),
    ...(sourceUri !== undefined && { SourceUri: sourceUri }),
    ...(Object.keys(metadata).length > 0 && { CustomerMetadataProperties: metadata }),
    ...(ModelMetrics && { ModelMetrics }),
    ...(tag && { Tags: pairs('--tag', tag).map(([Key, Value]) => ({ Key, Value })) }),
    ...(status && { ModelApprovalStatus: status }),
    ...(token !== undefined && { ClientToken: token }),
  };
}

function inferenceSpecification(options: RegisterOptions): InferenceSpecification | undefined {
  const { image, modelData, contentType, responseType } = options;
  if (image === undefined && modelData === undefined) {
    if (!contentType && !responseType) return undefined;
    throw new UsageFailure('--content-type and --response-type need --image or --model-data.');
  }
  const container = {
    ...(image !== undefined && { Image: image }),
    ...(modelData !== undefined && { ModelDataUrl: modelData }),
  };
  return {
    Containers: [container],
    ...(contentType && { SupportedContentTypes: contentType }),
    ...(responseType && { SupportedResponseMIMETypes: responseType }),
  };
}

/** Splits `key=value`, of which the value may hold further equals signs. */
function pairs(flag: string, texts: readonly string[] = []): [key: string, value: string][] {
  return texts.map((text) => {
    const equals = text.indexOf('=');
    if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)];
    throw new UsageFailure(`${flag} must be of the form key=value, not '${text}'.`);
  });
}

interface Metrics {
  readonly ModelMetrics?: ModelMetrics;
  readonly measured?: Record<string, string>;
}

const modelMetricsMembers = ['ModelQuality', 'ModelDataQuality', 'Bias', 'Explainability'];
const contentTypes: Readonly<Record<string, string>> = {
  '.csv': 'text/csv',
  '.html': 'text/html',
  '.json': 'application/json',
};

function readMetrics(source: string | undefined): Metrics {
  if (source === undefined) return {};
  if (/^(s3|https):\/\//.test(source)) {
    const ContentType = contentTypes[extname(source)] ?? 'application/octet-stream';
    return { ModelMetrics: { ModelQuality: { Statistics: { ContentType, S3Uri: source } } } };
  }
  const value = readJsonObject(source);
  const names = Object.keys(value);
  if (names.length > 0 && names.every((name) => modelMetricsMembers.includes(name))) {
    return { ModelMetrics: value };
  }
  return { measured: Object.fromEntries(flatten(value, '')) };
}

function readJsonObject(file: string): object {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageFailure(`--metrics ${file} cannot be read: ${(error as Error).message}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new UsageFailure(`--metrics ${file} must hold a JSON object.`);
}

/** Numbers within numbers get dotted names: `{"f1": {"macro": 0.8}}` is `f1.macro`. */
function flatten(value: object, prefix: string): [string, string][] {
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
    const key = prefix === '' ? name : `${prefix}.${name}`;
    if (typeof inner === 'object' && inner !== null) return flatten(inner, key);
    if (inner === null || inner === undefined) return [];
    return [[key, typeof inner === 'string' ? inner : JSON.stringify(inner)]];
  });
}
