/** The registry as the AWS SDK for JavaScript sees it: every operation, errors, times, paginators. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import {
  paginateListModelPackageGroups,
  paginateListModelPackages,
  paginateListTags,
  paginateSearch,
  SageMaker,
  SageMakerServiceException,
} from '@aws-sdk/client-sagemaker';
import { signRequest } from '../../src/server/sigv4-sign.ts';
import { processRegion } from '../support/server-process.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { startTestServer } from '../support/test-server.ts';
import { profileEnvironment, run } from './clients.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const specification = {
  Containers: [{ Image: 'registry.example.com/m:1', ModelDataUrl: 's3://bucket/m.tar.gz' }],
  SupportedContentTypes: ['text/csv'],
  SupportedResponseMIMETypes: ['text/csv'],
};

let server: ServerProcess;
let sagemaker: SageMaker;

function arn(resource: string): string {
  return `arn:aws:sagemaker:${processRegion}:123456789012:${resource}`;
}

function settings() {
  const { accessKeyId, secretAccessKey } = server.credentials;
  return { region: processRegion, credentials: { accessKeyId, secretAccessKey } };
}

/** A way to the server that loses the first answer, after the server has done its work. */
async function lossyProxy() {
  const bodies: string[] = [];
  const proxy = createServer((request, response) => {
    void text(request).then(async (body) => {
      bodies.push(body);
      const to = { port: server.port, method: 'POST', headers: request.headers };
      const forwarded = httpRequest({ host: '127.0.0.1', ...to }).end(body);
      const [answer] = (await once(forwarded, 'response')) as [IncomingMessage];
      const answered = await text(answer);
      if (bodies.length === 1) response.destroy();
      else response.writeHead(answer.statusCode!, answer.headers).end(answered);
    });
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  const { port } = proxy.address() as AddressInfo;
  return { endpoint: `http://127.0.0.1:${port}`, bodies, close: () => proxy.close() };
}

/** A policy of a resource or a role that lets a principal do something. */
function statement(AWS: string, Action: string, Resource?: string): string {
  const allow = { Effect: 'Allow', Principal: { AWS }, Action, Resource };
  return JSON.stringify({ Version: '2012-10-17', Statement: allow });
}

/** The exception of a call that must be refused. */
async function refused(call: Promise<unknown>): Promise<SageMakerServiceException> {
  const error: unknown = await call.then(
    () => assert.fail('The call was not refused.'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof SageMakerServiceException, String(error));
  return error;
}

describe('the JavaScript SDK', () => {
  before(async () => {
    server = await startTestServer();
    sagemaker = new SageMaker({ ...settings(), endpoint: server.endpoint });
  });
  after(async () => {
    sagemaker.destroy();
    await server.stop();
  });

  test('works with groups and their policies', async () => {
    const name = 'Groups';
    const created = await sagemaker.createModelPackageGroup({
      ModelPackageGroupName: name,
      ModelPackageGroupDescription: 'd',
    });
    assert.equal(created.ModelPackageGroupArn, arn(`model-package-group/${name}`));
    assert.equal(created.$metadata.httpStatusCode, 200);
    assert.match(created.$metadata.requestId ?? '', uuid);
    const found = await sagemaker.describeModelPackageGroup({ ModelPackageGroupName: name });
    assert.ok(found.CreationTime instanceof Date);
    assert.ok(Math.abs(found.CreationTime.getTime() - Date.now()) < 60_000);
    assert.equal(found.ModelPackageGroupStatus, 'Completed');
    const listed = await sagemaker.listModelPackageGroups({
      NameContains: name,
      CreationTimeAfter: new Date(found.CreationTime.getTime() - 1),
      CreationTimeBefore: new Date(found.CreationTime.getTime() + 1),
    });
    assert.deepEqual(
      listed.ModelPackageGroupSummaryList?.map((group) => group.ModelPackageGroupName),
      [name],
    );
    const policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: '111122223333' },
          Action: 'sagemaker:DescribeModelPackageGroup',
          Resource: arn(`model-package-group/${name}`),
        },
      ],
    });
    const of = { ModelPackageGroupName: name };
    await sagemaker.putModelPackageGroupPolicy({ ...of, ResourcePolicy: policy });
    const kept = await sagemaker.getModelPackageGroupPolicy(of);
    assert.equal(kept.ResourcePolicy, policy);
    await sagemaker.deleteModelPackageGroupPolicy(of);
    await sagemaker.deleteModelPackageGroup(of);
  });

  test('works with packages', async () => {
    await sagemaker.createModelPackageGroup({ ModelPackageGroupName: 'Packages' });
    const { ModelPackageArn: version } = await sagemaker.createModelPackage({
      ModelPackageGroupName: 'Packages',
      InferenceSpecification: specification,
      CustomerMetadataProperties: { owner: 'ana' },
    });
    assert.equal(version, arn('model-package/Packages/1'));
    await sagemaker.updateModelPackage({
      ModelPackageArn: version,
      ModelApprovalStatus: 'Approved',
      ApprovalDescription: 'good',
      CustomerMetadataProperties: { region: 'eu' },
    });
    const found = await sagemaker.describeModelPackage({ ModelPackageName: version });
    assert.ok(found.CreationTime instanceof Date);
    assert.ok(found.LastModifiedTime instanceof Date);
    assert.deepEqual(found.InferenceSpecification, specification);
    assert.deepEqual(found.CustomerMetadataProperties, { owner: 'ana', region: 'eu' });
    assert.equal(found.ModelApprovalStatus, 'Approved');
    const listed = await sagemaker.listModelPackages({ ModelPackageGroupName: 'Packages' });
    assert.deepEqual(
      listed.ModelPackageSummaryList?.map((one) => one.CreationTime),
      [found.CreationTime],
    );
    const missing = arn('model-package/Packages/2');
    const batch = await sagemaker.batchDescribeModelPackage({
      ModelPackageArnList: [version, missing],
    });
    assert.deepEqual(batch.ModelPackageSummaries?.[version]?.CreationTime, found.CreationTime);
    assert.deepEqual(batch.BatchDescribeModelPackageErrorMap?.[missing], {
      ErrorCode: 'ValidationException',
      ErrorResponse: `ModelPackage ${missing} does not exist.`,
    });
    await sagemaker.deleteModelPackage({ ModelPackageName: version });
  });

  test('works with tags and searches', async () => {
    await sagemaker.createModelPackageGroup({ ModelPackageGroupName: 'Tags' });
    const ResourceArn = arn('model-package-group/Tags');
    const added = await sagemaker.addTags({ ResourceArn, Tags: [{ Key: 'team', Value: 'risk' }] });
    assert.deepEqual(added.Tags, [{ Key: 'team', Value: 'risk' }]);
    const { ModelPackageArn } = await sagemaker.createModelPackage({
      ModelPackageGroupName: 'Tags',
    });
    const found = await sagemaker.search({
      Resource: 'ModelPackage',
      SearchExpression: { Filters: [{ Name: 'Tags.team', Operator: 'Equals', Value: 'risk' }] },
    });
    assert.equal(found.Results?.[0]?.ModelPackage?.ModelPackageArn, ModelPackageArn);
    assert.ok(found.Results?.[0]?.ModelPackage?.CreationTime instanceof Date);
    assert.deepEqual(found.TotalHits, { Value: 1, Relation: 'EqualTo' });
    const suggested = await sagemaker.getSearchSuggestions({
      Resource: 'ModelPackageGroup',
      SuggestionQuery: { PropertyNameQuery: { PropertyNameHint: 'Tags.' } },
    });
    assert.deepEqual(suggested.PropertyNameSuggestions, [{ PropertyName: 'Tags.team' }]);
    await sagemaker.deleteTags({ ResourceArn, TagKeys: ['team'] });
    const left = await sagemaker.listTags({ ResourceArn });
    assert.deepEqual(left.Tags, []);
  });

  test('hears errors by their names', async () => {
    const missing = await refused(
      sagemaker.describeModelPackageGroup({ ModelPackageGroupName: 'Nowhere' }),
    );
    assert.equal(missing.name, 'ValidationException');
    assert.equal(
      missing.message,
      `ModelPackageGroup ${arn('model-package-group/Nowhere')} does not exist.`,
    );
    assert.equal(missing.$fault, 'client');
    assert.equal(missing.$metadata.httpStatusCode, 400);
    assert.match(missing.$metadata.requestId ?? '', uuid);
    await sagemaker.createModelPackageGroup({ ModelPackageGroupName: 'Full' });
    await sagemaker.createModelPackage({ ModelPackageGroupName: 'Full' });
    const full = await refused(
      sagemaker.deleteModelPackageGroup({ ModelPackageGroupName: 'Full' }),
    );
    assert.equal(full.name, 'ConflictException');
    const unknown = await refused(sagemaker.listEndpoints({}));
    assert.equal(unknown.name, 'UnknownOperationException');
  });

  test('retries a registration with the token that it made up', async () => {
    await sagemaker.createModelPackageGroup({ ModelPackageGroupName: 'Retried' });
    const { endpoint, bodies, close } = await lossyProxy();
    const retrying = new SageMaker({ ...settings(), endpoint });
    const created = await retrying.createModelPackage({ ModelPackageGroupName: 'Retried' });
    retrying.destroy();
    close();
    assert.equal(created.ModelPackageArn, arn('model-package/Retried/1'));
    assert.equal(created.$metadata.attempts, 2);
    assert.equal(bodies.length, 2);
    assert.equal(bodies[0], bodies[1]);
    assert.match((JSON.parse(bodies[0]!) as { ClientToken: string }).ClientToken, uuid);
    const listed = await sagemaker.listModelPackages({ ModelPackageGroupName: 'Retried' });
    assert.equal(listed.ModelPackageSummaryList?.length, 1);
  });

  test('reads pages with its paginators', async () => {
    const names = Array.from({ length: 25 }, (_, number) => `Paged-${number}`);
    await Promise.all(
      names.map((name) => sagemaker.createModelPackageGroup({ ModelPackageGroupName: name })),
    );
    await Promise.all(
      names.map(() => sagemaker.createModelPackage({ ModelPackageGroupName: 'Paged-0' })),
    );
    const paging = { client: sagemaker, pageSize: 7 };
    const groups: unknown[] = [];
    const pages: number[] = [];
    for await (const page of paginateListModelPackageGroups(paging, { NameContains: 'paged-' })) {
      pages.push(page.ModelPackageGroupSummaryList!.length);
      groups.push(...page.ModelPackageGroupSummaryList!.map((one) => one.ModelPackageGroupName));
    }
    assert.deepEqual(pages, [7, 7, 7, 4]);
    assert.deepEqual(new Set(groups), new Set(names));
    const versions: unknown[] = [];
    const ofGroup = { ModelPackageGroupName: 'Paged-0' };
    for await (const page of paginateListModelPackages(paging, ofGroup)) {
      versions.push(...page.ModelPackageSummaryList!.map((one) => one.ModelPackageVersion));
    }
    assert.deepEqual(
      versions,
      names.map((_, index) => index + 1),
    );
    let hits = 0;
    const expression = { Filters: [{ Name: 'ModelPackageGroupName', Value: 'Paged-0' }] };
    const query = { Resource: 'ModelPackage', SearchExpression: expression } as const;
    for await (const page of paginateSearch(paging, query)) hits += page.Results!.length;
    assert.equal(hits, 25);
    const ResourceArn = arn('model-package-group/Paged-0');
    for await (const page of paginateListTags({ client: sagemaker }, { ResourceArn })) {
      assert.deepEqual(page.Tags, []);
    }
  });

  test('becomes a role by its profile, and signs with the session’s token', async () => {
    const iam = async (form: Record<string, string>): Promise<string> => {
      const body = new URLSearchParams({ ...form, Version: '2010-05-08' }).toString();
      const type = { 'content-type': 'application/x-www-form-urlencoded' };
      const request = { method: 'POST', path: '/', query: '', body: Buffer.from(body) };
      const headers = { host: new URL(server.endpoint).host, ...type };
      const signature = signRequest({
        ...{ ...request, headers, credentials: server.credentials, now: Date.now() },
        ...{ region: 'us-east-1', service: 'iam' },
      });
      const answer = await fetch(server.endpoint, {
        ...{ method: 'POST', body, headers: { ...type, ...signature } },
      });
      assert.equal(answer.status, 200);
      return answer.text();
    };
    await iam({ Action: 'CreateUser', UserName: 'dora' });
    const key = await iam({ Action: 'CreateAccessKey', UserName: 'dora' });
    const trust = statement('arn:aws:iam::123456789012:user/dora', 'sts:AssumeRole');
    await iam({
      ...{ Action: 'CreateRole', RoleName: 'deploy', AssumeRolePolicyDocument: trust },
    });
    const { ModelPackageGroupArn } = await sagemaker.createModelPackageGroup({
      ModelPackageGroupName: 'Assumed',
    });
    await sagemaker.putModelPackageGroupPolicy({
      ModelPackageGroupName: 'Assumed',
      ResourcePolicy: statement(
        'arn:aws:iam::123456789012:role/deploy',
        'sagemaker:DescribeModelPackageGroup',
        ModelPackageGroupArn,
      ),
    });
    const folder = mkdtempSync(join(tmpdir(), 'imprimatur-sdk-'));
    const file = join(folder, 'config');
    const read = (name: string) => new RegExp(`<${name}>(.*)</${name}>`).exec(key)![1];
    writeFileSync(
      file,
      [
        '[profile dora]',
        `aws_access_key_id = ${read('AccessKeyId')}`,
        `aws_secret_access_key = ${read('SecretAccessKey')}`,
        '[profile deploy]',
        'role_arn = arn:aws:iam::123456789012:role/deploy',
        'source_profile = dora',
        `region = ${processRegion}`,
      ].join('\n'),
    );
    // In a process of its own, as the SDK reads profiles from the environment.
    const script = `
      import { SageMaker } from '@aws-sdk/client-sagemaker';
      const group = { ModelPackageGroupName: 'Assumed' };
      const found = await new SageMaker().describeModelPackageGroup(group);
      console.log(found.ModelPackageGroupArn);
    `;
    try {
      const env = profileEnvironment(server, file, 'deploy');
      const args = ['--input-type=module', '--eval', script];
      const cwd = import.meta.dirname;
      const { code, out, errors } = await run(process.execPath, args, { env, cwd });
      assert.equal(code, 0, errors);
      assert.equal(out.trim(), ModelPackageGroupArn);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('meets the extensions, and goes without them in strict mode', async () => {
    await sagemaker.createModelPackageGroup({ ModelPackageGroupName: 'Extended' });
    await sagemaker.createModelPackage({
      ModelPackageGroupName: 'Extended',
      ModelPackageName: 'best',
    });
    const best = arn('model-package/best');
    const Archived = 'Archived' as 'Rejected';
    await sagemaker.updateModelPackage({ ModelPackageArn: best, ModelApprovalStatus: Archived });
    const archived = await sagemaker.describeModelPackage({ ModelPackageName: 'best' });
    assert.equal(archived.ModelApprovalStatus, 'Archived');
    assert.equal(archived.ModelPackageName, 'best');
    // The SDK leaves away members that it does not know, so that this one goes by hand.
    const byName = { ModelPackageName: 'best', ModelApprovalStatus: 'PendingManualApproval' };
    await server.ok('UpdateModelPackage', byName);
    const strict = await startTestServer({ flags: ['--strict-aws'] });
    try {
      const answer = await strict.call('UpdateModelPackage', byName);
      assert.match(answer.text, /Value null at 'modelPackageArn' .*Member must not be null"/);
    } finally {
      await strict.stop();
    }
  });
});
