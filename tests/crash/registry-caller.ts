/** Sends the calls of the model to a server, and tells its answers in the model's words. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { processRegion } from '../support/server-process.ts';
import type { Answer, ServerProcess } from '../support/server-process.ts';
import { describedAs, listedAs, listedMax, told } from './registry-model.ts';
import type { Reference, RegistryCall, Target } from './registry-model.ts';

/** What became of a call. */
export interface Reply {
  /** Undefined when nobody knows what happened: no answer, or one to come again. */
  readonly output: string | undefined;
  readonly operation: string;
  readonly answer: Answer | undefined;
}

/** Sends a call and waits for its answer; never fails but for an answer that nothing explains. */
export async function callRegistry(server: ServerProcess, call: RegistryCall): Promise<Reply> {
  const [operation, input] = spelled(call);
  let answer: Answer;
  try {
    answer = await server.call(operation, input);
  } catch {
    return { output: undefined, operation, answer: undefined };
  }
  const { status } = answer;
  if (status === 500) {
    // The server's log follows its answer.
    await sleep(500);
    assert.fail(`${operation} failed:\n${server.output().slice(-6_000)}`);
  }
  if (status === 503) checkUnavailable(answer);
  return { output: status === 503 ? undefined : heard(call, answer), operation, answer };
}

/** What says that the database is away: in AWS's words, and when to come again. */
export function checkUnavailable({ status, body, headers, text }: Answer): void {
  assert.equal(status, 503, text);
  assert.equal(body?.['__type'], 'ServiceUnavailable', text);
  const after = headers['retry-after'];
  if (after !== undefined) assert.match(after, /^[1-9]\d*$/u);
}

const account = '123456789012';

function arn(resource: string): string {
  return `arn:aws:sagemaker:${processRegion}:${account}:${resource}`;
}

function nameOf(reference: Reference): string {
  return 'alias' in reference ? reference.alias : `${reference.group}/${reference.version}`;
}

function arnOf(target: Target): string {
  if ('group' in target && !('version' in target))
    return arn(`model-package-group/${target.group}`);
  return arn(`model-package/${nameOf(target)}`);
}

function spelled(call: RegistryCall): [operation: string, input: object] {
  switch (call.kind) {
    case 'createGroup':
      return ['CreateModelPackageGroup', { ModelPackageGroupName: call.group }];
    case 'deleteGroup':
      return ['DeleteModelPackageGroup', { ModelPackageGroupName: call.group }];
    case 'list': {
      const order = { SortBy: 'CreationTime', SortOrder: 'Descending', MaxResults: listedMax };
      return ['ListModelPackages', { ModelPackageGroupName: call.group, ...order }];
    }
    case 'create':
      return [
        'CreateModelPackage',
        {
          ModelPackageGroupName: call.group,
          ...(call.alias !== undefined && { ModelPackageName: call.alias }),
          ...(call.token !== undefined && { ClientToken: call.token }),
          ModelApprovalStatus: call.status,
          CustomerMetadataProperties: call.metadata,
        },
      ];
    case 'update':
      return [
        'UpdateModelPackage',
        {
          ModelPackageArn: arnOf(call.reference),
          ...(call.status !== undefined && { ModelApprovalStatus: call.status }),
          CustomerMetadataProperties: call.set,
          CustomerMetadataPropertiesToRemove: call.remove,
        },
      ];
    case 'describe':
      return ['DescribeModelPackage', { ModelPackageName: nameOf(call.reference) }];
    case 'delete':
      return ['DeleteModelPackage', { ModelPackageName: arnOf(call.reference) }];
    case 'tag': {
      const Tags = Object.entries(call.set).map(([Key, Value]) => ({ Key, Value }));
      return ['AddTags', { ResourceArn: arnOf(call.target), Tags }];
    }
    case 'untag':
      return ['DeleteTags', { ResourceArn: arnOf(call.target), TagKeys: [call.key] }];
    case 'tags':
      return ['ListTags', { ResourceArn: arnOf(call.target) }];
  }
}

const refusals: Readonly<Record<string, RegExp>> = {
  missing: /does not exist/u,
  exists: /already exists/u,
  conflict: /cannot be deleted because/u,
  misused: /was used before with other parameters/u,
  illegal: /cannot change from/u,
};

function heard(call: RegistryCall, { status, body, text }: Answer): string {
  if (status !== 200) {
    const found = Object.entries(refusals).find(([, words]) => words.test(text));
    assert.ok(status === 400 && found, `${JSON.stringify(call)}: ${status} ${text}`);
    return found[0];
  }
  switch (call.kind) {
    case 'create':
    case 'update':
      return (body!['ModelPackageArn'] as string).replace(/^.*:model-package\//u, '');
    case 'describe': {
      const { ModelPackageGroupName: group, ModelPackageVersion: version } = body!;
      const metadata = (body!['CustomerMetadataProperties'] ?? {}) as Record<string, string>;
      const name = `${String(group)}/${String(version)}`;
      return describedAs(name, body!['ModelApprovalStatus'] as string, metadata);
    }
    case 'list': {
      const items = body!['ModelPackageSummaryList'] as Record<string, number & string>[];
      return listedAs(
        items.map((item) => [item['ModelPackageVersion']!, item['ModelApprovalStatus']!]),
      );
    }
    case 'tag':
    case 'tags': {
      const tags = body!['Tags'] as { Key: string; Value: string }[];
      return told(Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])));
    }
    default:
      return 'ok';
  }
}
