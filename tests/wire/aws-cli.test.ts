/** The registry as the AWS CLI sees it. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { eventually } from '../support/scenario.ts';
import { processRegion } from '../support/server-process.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { startTestServer } from '../support/test-server.ts';
import {
  clientEnvironment,
  clientFolder,
  profileEnvironment,
  run,
  withoutPython,
} from './clients.ts';
import type { Ended } from './clients.ts';

type Json = Record<string, unknown>;

const aws = join(clientFolder, 'aws');
const skip = withoutPython;

/** Quotes as in the note: the image's digits and dots are an ellipsis there, so they are one here. */
const specification = `{
     "Containers": [{"Image":"123456789012.dkr.ecr...","ModelDataUrl":"s3://bucket/model.tar.gz"}],
     "SupportedContentTypes":["image/png"],
     "SupportedResponseMIMETypes":["application/json"]
   }`;

let server: ServerProcess;

function arn(resource: string): string {
  return `arn:aws:sagemaker:${processRegion}:123456789012:${resource}`;
}

function call(...args: string[]): Promise<Ended> {
  return run(aws, ['sagemaker', ...args], { env: clientEnvironment(server) });
}

/** The output of a command that must succeed; undefined when it says nothing. */
async function ok<Output = Record<string, unknown>>(...args: string[]): Promise<Output> {
  const { code, out, errors } = await call(...args);
  assert.deepEqual({ code, errors }, { code: 0, errors: '' });
  return (out === '' ? undefined : JSON.parse(out)) as Output;
}

/** The error output of a command that the server refuses; version 1 of the CLI then exits with 255. */
async function refused(...args: string[]): Promise<string> {
  const { code, out, errors } = await call(...args);
  assert.deepEqual({ code, out }, { code: 255, out: '' });
  return errors.trim();
}

interface Summaries {
  ModelPackageSummaryList: { ModelPackageVersion: number }[];
  NextToken?: string;
}

describe('the AWS CLI', { concurrency: 2 }, () => {
  before(async () => {
    if (skip === false) server = await startTestServer();
  });
  after(() => server?.stop());

  test('shares groups by RAM', { skip }, async () => {
    const ram = async (...args: string[]): Promise<Record<string, unknown>> => {
      const ended = await run(aws, ['ram', ...args], { env: clientEnvironment(server) });
      assert.deepEqual({ code: ended.code, errors: ended.errors }, { code: 0, errors: '' });
      return JSON.parse(ended.out) as Record<string, unknown>;
    };
    await ok('create-model-package-group', '--model-package-group-name', 'Shared');
    const group = arn('model-package-group/Shared');
    const made = await ram(
      ...['create-resource-share', '--name', 'models', '--resource-arns', group],
      ...['--principals', '111122223333', '--tags', 'key=team,value=risk'],
    );
    const { resourceShareArn: share } = made['resourceShare'] as { resourceShareArn: string };
    const listed = await ram(
      ...['get-resource-share-associations', '--association-type', 'PRINCIPAL'],
      ...['--resource-share-arns', share],
    );
    const [of] = listed['resourceShareAssociations'] as Record<string, unknown>[];
    assert.deepEqual([of!['associatedEntity'], of!['status']], ['111122223333', 'ASSOCIATING']);
    const gone = await ram('delete-resource-share', '--resource-share-arn', share);
    assert.deepEqual(gone, { returnValue: true });
    const again = ['ram', 'delete-resource-share', '--resource-share-arn', share];
    const refusal = await run(aws, again, { env: clientEnvironment(server) });
    assert.match(refusal.errors, /UnknownResourceException.*DeleteResourceShare operation/);
  });

  test('has rules of EventBridge send events from bus to bus', { skip }, async () => {
    const env = clientEnvironment(server);
    const events = async (...args: string[]): Promise<Json> => {
      const { code, out, errors } = await run(aws, ['events', ...args], { env });
      assert.deepEqual({ code, errors }, { code: 0, errors: '' });
      return out === '' ? {} : (JSON.parse(out) as Json);
    };
    const here = `arn:aws:events:${processRegion}:123456789012`;
    const made = await events('create-event-bus', '--name', 'ml', '--tags', 'Key=a,Value=b');
    assert.deepEqual(made, { EventBusArn: `${here}:event-bus/ml` });
    const pattern = '{"source":["aws.sagemaker"]}';
    const rule = await events('put-rule', '--name', 'r', '--event-pattern', pattern);
    assert.deepEqual(rule, { RuleArn: `${here}:rule/r` });
    const target = `Id=bus,Arn=${here}:event-bus/ml`;
    const put = await events('put-targets', '--rule', 'r', '--targets', target);
    assert.deepEqual(put, { FailedEntryCount: 0, FailedEntries: [] });
    const listed = await events('list-targets-by-rule', '--rule', 'r');
    assert.deepEqual(listed, { Targets: [{ Id: 'bus', Arn: `${here}:event-bus/ml` }] });
    const { Rules } = await events('list-rules', '--name-prefix', 'r');
    assert.deepEqual((Rules as Json[])[0]!['EventPattern'], pattern);
    const entry = { Source: 'ci', DetailType: 'Build', Detail: '{}', EventBusName: 'ml' };
    const sent = await events('put-events', '--entries', JSON.stringify([entry]));
    assert.equal(sent['FailedEntryCount'], 0);
    const permission = ['--action', 'events:PutEvents', '--principal', '*'];
    assert.deepEqual(await events('put-permission', ...permission, '--statement-id', 'all'), {});
    const { Policy } = await events('describe-event-bus');
    assert.equal((JSON.parse(String(Policy)) as { Version: string }).Version, '2012-10-17');
    assert.deepEqual(await events('remove-permission', '--statement-id', 'all'), {});
    await events('remove-targets', '--rule', 'r', '--ids', 'bus');
    assert.deepEqual(await events('delete-rule', '--name', 'r'), {});
    const missing = await run(aws, ['events', 'describe-rule', '--name', 'r'], { env });
    assert.match(
      missing.errors,
      /\(ResourceNotFoundException\).*: Rule r does not exist on EventBus default\./,
    );
  });

  test('archives events of EventBridge and replays them', { skip }, async () => {
    const env = clientEnvironment(server);
    const events = async (...args: string[]): Promise<Json> => {
      const { code, out, errors } = await run(aws, ['events', ...args], { env });
      assert.deepEqual({ code, errors }, { code: 0, errors: '' });
      return out === '' ? {} : (JSON.parse(out) as Json);
    };
    const here = `arn:aws:events:${processRegion}:123456789012`;
    const bus = `${here}:event-bus/default`;
    const archive = ['--archive-name', 'kept'];
    const given = ['--event-source-arn', bus, '--retention-days', '7'];
    const made = await events('create-archive', ...archive, ...given);
    assert.deepEqual([made['ArchiveArn'], made['State']], [`${here}:archive/kept`, 'ENABLED']);
    await events('update-archive', ...archive, '--description', 'a week');
    const { RetentionDays, Description } = await events('describe-archive', ...archive);
    assert.deepEqual([RetentionDays, Description], [7, 'a week']);
    const times = ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'] as const;
    const replay = ['--replay-name', 'again'];
    const begun = await events(
      ...(['start-replay', ...replay, '--event-source-arn', `${here}:archive/kept`] as const),
      ...(['--event-start-time', times[0], '--event-end-time', times[1]] as const),
      ...(['--destination', `Arn=${bus}`] as const),
    );
    assert.deepEqual([begun['ReplayArn'], begun['State']], [`${here}:replay/again`, 'STARTING']);
    await eventually(async () => {
      assert.equal((await events('describe-replay', ...replay))['State'], 'COMPLETED');
    });
    const { Replays } = await events('list-replays', '--event-source-arn', `${here}:archive/kept`);
    assert.equal((Replays as Json[])[0]!['ReplayName'], 'again');
    assert.deepEqual(await events('delete-archive', ...archive), {});
    assert.deepEqual(await events('list-archives'), { Archives: [] });
  });

  test('works with groups, their tags and policies', { skip }, async () => {
    const group = ['--model-package-group-name', 'Groups'];
    const created = await ok(
      'create-model-package-group',
      ...group,
      ...['--model-package-group-description', 'all of them', '--tags', 'Key=team,Value=risk'],
    );
    assert.deepEqual(created, { ModelPackageGroupArn: arn('model-package-group/Groups') });
    const found = await ok('describe-model-package-group', ...group);
    assert.equal(found['ModelPackageGroupDescription'], 'all of them');
    assert.match(String(found['CreationTime']), /^20\d\d-\d\d-\d\dT|^\d+(\.\d+)?$/);
    const of = ['--resource-arn', arn('model-package-group/Groups')];
    await ok('add-tags', ...of, '--tags', 'Key=stage,Value=dev', 'Key=empty,Value=');
    assert.equal(await ok('delete-tags', ...of, '--tag-keys', 'team'), undefined);
    assert.deepEqual(await ok('list-tags', ...of), {
      Tags: [
        { Key: 'stage', Value: 'dev' },
        { Key: 'empty', Value: '' },
      ],
    });
    const policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { AWS: '111122223333' },
        Action: 'sagemaker:DescribeModelPackageGroup',
        Resource: arn('model-package-group/Groups'),
      },
    });
    const file = join(server.dataDir, 'policy.json');
    writeFileSync(file, policy);
    await ok('put-model-package-group-policy', ...group, '--resource-policy', `file://${file}`);
    const kept = await ok('get-model-package-group-policy', ...group);
    assert.deepEqual(kept, { ResourcePolicy: policy });
    assert.equal(await ok('delete-model-package-group-policy', ...group), undefined);
    assert.equal(await ok('delete-model-package-group', ...group), undefined);
    assert.equal(
      await refused('describe-model-package-group', ...group),
      'An error occurred (ValidationException) when calling the DescribeModelPackageGroup ' +
        `operation: ModelPackageGroup ${arn('model-package-group/Groups')} does not exist.`,
    );
  });

  test("runs the founding note's examples, as far as AWS allows them", { skip }, async () => {
    const group = ['--model-package-group-name', 'ImageClassifierGroup'];
    await ok('create-model-package-group', ...group);
    const created = await ok(
      'create-model-package',
      ...group,
      ...['--inference-specification', specification],
    );
    const version = arn('model-package/ImageClassifierGroup/1');
    assert.deepEqual(created, { ModelPackageArn: version });
    const updated = await ok(
      'update-model-package',
      ...['--model-package-arn', version, '--model-approval-status', 'Approved'],
      ...['--approval-description', 'Meets performance and bias criteria'],
    );
    assert.deepEqual(updated, { ModelPackageArn: version });
    const found = await ok('describe-model-package', '--model-package-name', version);
    assert.equal(found['ModelApprovalStatus'], 'Approved');
    assert.equal(found['ApprovalDescription'], 'Meets performance and bias criteria');
    assert.deepEqual(found['InferenceSpecification'], JSON.parse(specification));
    await ok('delete-model-package', '--model-package-name', version);
    assert.match(
      await refused('delete-model-package', '--model-package-name', version),
      /^An error occurred \(ValidationException\) when calling the DeleteModelPackage operation: /,
    );
  });

  test('takes whole inputs as JSON, and searches', { skip }, async () => {
    await ok('create-model-package-group', '--model-package-group-name', 'Inputs');
    const input = {
      ModelPackageGroupName: 'Inputs',
      ModelPackageDescription: 'weekly “retrain”',
      CustomerMetadataProperties: { owner: 'ana', accuracy: '0.93' },
      ModelLifeCycle: { Stage: 'Development', StageStatus: 'Open' },
    };
    await ok('create-model-package', '--cli-input-json', JSON.stringify(input));
    await ok('create-model-package', '--model-package-group-name', 'Inputs');
    const expression = {
      Filters: [{ Name: 'CustomerMetadataProperties.owner', Operator: 'Equals', Value: 'ana' }],
    };
    const found = await ok(
      'search',
      ...['--resource', 'ModelPackage', '--search-expression', JSON.stringify(expression)],
      ...['--query', 'Results[].ModelPackage.[ModelPackageDescription, ModelLifeCycle.Stage]'],
    );
    assert.deepEqual(found, [['weekly “retrain”', 'Development']]);
    const { out } = await call(
      'get-search-suggestions',
      ...['--resource', 'ModelPackage', '--output', 'text'],
      ...['--suggestion-query', 'PropertyNameQuery={PropertyNameHint=CustomerMetadata}'],
    );
    assert.match(out, /CustomerMetadataProperties\.owner/);
    const batch = await ok<{ ModelPackageSummaries: object }>(
      'batch-describe-model-package',
      ...['--model-package-arn-list', arn('model-package/Inputs/1')],
    );
    assert.deepEqual(batch.ModelPackageSummaries, {});
  });

  test('reads pages, and goes on from where it stopped', { skip }, async () => {
    await server.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Paged' });
    for (let number = 1; number <= 20; number += 1) {
      await server.ok('CreateModelPackage', { ModelPackageGroupName: 'Paged' });
    }
    const list = ['list-model-packages', '--model-package-group-name', 'Paged'];
    const versions = (page: Summaries) =>
      page.ModelPackageSummaryList.map((one) => one.ModelPackageVersion);
    const all = await ok<Summaries>(...list, '--page-size', '7');
    assert.deepEqual(
      versions(all),
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
    const some = await ok<Summaries>(...list, '--page-size', '7', '--max-items', '9');
    assert.deepEqual(versions(some), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const rest = await ok<Summaries>(
      ...list,
      '--page-size',
      '7',
      '--starting-token',
      some.NextToken!,
    );
    assert.deepEqual(versions(rest), [10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
    const latest = await ok<Summaries>(
      ...list,
      ...['--sort-by', 'CreationTime', '--sort-order', 'Descending', '--max-items', '1'],
    );
    assert.deepEqual(versions(latest), [20]);
  });

  test('tells what is wrong, and fails', { skip }, async () => {
    assert.match(
      await refused('create-model-package-group', '--model-package-group-name', 'bad_name'),
      /^An error occurred \(ValidationException\) .*: 1 validation error detected: Value 'bad_name' at 'modelPackageGroupName'/,
    );
    const approval = ['--model-package-arn', arn('model-package/Nowhere/1')];
    assert.match(
      await refused('update-model-package', ...approval, '--model-approval-status', 'Approved'),
      /does not exist\.$/,
    );
    assert.match(await refused('list-endpoints'), /\(UnknownOperationException\)/);
    const wrongKey = { ...clientEnvironment(server), AWS_SECRET_ACCESS_KEY: 'wrong' };
    const denied = await run(aws, ['sagemaker', 'list-model-packages'], { env: wrongKey });
    assert.equal(denied.code, 255);
    assert.match(denied.errors, /\((InvalidSignatureException|SignatureDoesNotMatch)\)/);
  });

  test('looks up who did what', { skip }, async () => {
    await ok('create-model-package-group', '--model-package-group-name', 'Audited');
    const env = clientEnvironment(server);
    const attribute = 'AttributeKey=ResourceName,AttributeValue=Audited';
    const lookup = ['cloudtrail', 'lookup-events', '--lookup-attributes', attribute];
    const query = 'Events[].[EventName, Username, Resources[1].ResourceName]';
    const { code, out, errors } = await run(aws, [...lookup, '--query', query], { env });
    assert.deepEqual({ code, errors }, { code: 0, errors: '' });
    assert.deepEqual(JSON.parse(out), [['CreateModelPackageGroup', 'root', 'Audited']]);
  });

  test('makes users and keys, which then are somebody', { skip }, async () => {
    const env = clientEnvironment(server);
    const iam = async (...args: string[]): Promise<Record<string, Record<string, string>>> => {
      const { code, out, errors } = await run(aws, args, { env });
      assert.deepEqual({ code, errors }, { code: 0, errors: '' });
      return out === '' ? {} : (JSON.parse(out) as Record<string, Record<string, string>>);
    };
    const name = ['--user-name', 'ana'];
    const { User } = await iam('iam', 'create-user', ...name, '--tags', 'Key=team,Value=risk');
    assert.equal(User!['Arn'], 'arn:aws:iam::123456789012:user/ana');
    const { AccessKey } = await iam('iam', 'create-access-key', ...name);
    const key = {
      AWS_ACCESS_KEY_ID: AccessKey!['AccessKeyId'],
      AWS_SECRET_ACCESS_KEY: AccessKey!['SecretAccessKey'],
    };
    const identity = await run(aws, ['sts', 'get-caller-identity'], { env: { ...env, ...key } });
    assert.equal((JSON.parse(identity.out) as { Arn: string }).Arn, User!['Arn']);
    const denied = await run(aws, ['iam', 'list-users'], { env: { ...env, ...key } });
    assert.match(
      denied.errors,
      /\(AccessDenied\) .* no identity-based policy allows the iam:ListU/,
    );
    const policyArn = ['--policy-arn', 'arn:aws:iam::aws:policy/AdministratorAccess'];
    await iam('iam', 'attach-user-policy', ...name, ...policyArn);
    const listed = await run(aws, ['iam', 'list-users'], { env: { ...env, ...key } });
    assert.deepEqual({ code: listed.code, errors: listed.errors }, { code: 0, errors: '' });
    await iam('iam', 'detach-user-policy', ...name, ...policyArn);
    const Statement = [{ Effect: 'Allow', Action: 'iam:GetUser', Resource: User!['Arn'] }];
    const document = { Version: '2012-10-17', Statement };
    const policyName = ['--policy-name', 'own'];
    const text = ['--policy-document', JSON.stringify(document)];
    await iam('iam', 'put-user-policy', ...name, ...policyName, ...text);
    const shown = await iam('iam', 'get-user-policy', ...name, ...policyName);
    assert.deepEqual(shown['PolicyDocument'], document);
    const itself = await run(aws, ['iam', 'get-user'], { env: { ...env, ...key } });
    assert.equal((JSON.parse(itself.out) as { User: { Arn: string } }).User.Arn, User!['Arn']);
    await iam('iam', 'delete-user-policy', ...name, ...policyName);
    const id = ['--access-key-id', AccessKey!['AccessKeyId']!];
    await iam('iam', 'delete-access-key', ...name, ...id);
    await iam('iam', 'delete-user', ...name);
  });

  test('becomes a role by its profile', { skip }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'imprimatur-aws-'));
    const file = join(folder, 'config');
    const env = clientEnvironment(server);
    const answer = async <Output = Record<string, unknown>>(...args: string[]): Promise<Output> => {
      const { code, out, errors } = await run(aws, args, { env });
      assert.deepEqual({ code, errors }, { code: 0, errors: '' });
      return JSON.parse(out) as Output;
    };
    try {
      const name = ['--user-name', 'carl'];
      const { User } = await answer<{ User: { Arn: string } }>('iam', 'create-user', ...name);
      const { AccessKey } = await answer<{
        AccessKey: { AccessKeyId: string; SecretAccessKey: string };
      }>('iam', 'create-access-key', ...name);
      const trust = {
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Principal: { AWS: User.Arn }, Action: 'sts:AssumeRole' },
      };
      const { Role } = await answer<{ Role: { Arn: string } }>(
        ...['iam', 'create-role', '--role-name', 'deploy'],
        ...['--assume-role-policy-document', JSON.stringify(trust)],
      );
      const profiles = [
        '[profile carl]',
        `aws_access_key_id = ${AccessKey.AccessKeyId}`,
        `aws_secret_access_key = ${AccessKey.SecretAccessKey}`,
        '[profile deploy]',
        `role_arn = ${Role.Arn}`,
        'source_profile = carl',
        'role_session_name = release',
      ];
      writeFileSync(file, profiles.join('\n'));
      const whoAmI = ['sts', 'get-caller-identity', '--output', 'json'];
      const identity = await run(aws, whoAmI, { env: profileEnvironment(server, file, 'deploy') });
      assert.equal(identity.errors, '');
      assert.equal(
        (JSON.parse(identity.out) as { Arn: string }).Arn,
        'arn:aws:sts::123456789012:assumed-role/deploy/release',
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test(
    'tells who approved: not the user who was denied, but the role by its profile',
    { skip },
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'imprimatur-aws-'));
      const file = join(folder, 'config');
      const env = clientEnvironment(server);
      const root = async (...args: string[]): Promise<Record<string, Record<string, string>>> => {
        const { code, out, errors } = await run(aws, args, { env });
        assert.deepEqual({ code, errors }, { code: 0, errors: '' });
        return (out === '' ? {} : JSON.parse(out)) as Record<string, Record<string, string>>;
      };
      const policy = (...Statement: object[]) =>
        JSON.stringify({ Version: '2012-10-17', Statement });
      const own = ['--policy-name', 'own', '--policy-document'];
      const user = ['--user-name', 'sue'];
      try {
        const { User } = await root('iam', 'create-user', ...user);
        const { AccessKey } = await root('iam', 'create-access-key', ...user);
        const registering = { Action: ['sagemaker:CreateModelPackage*'], Resource: '*' };
        await root(
          'iam',
          'put-user-policy',
          ...user,
          ...own,
          policy({ Effect: 'Allow', ...registering }),
        );
        const trust = { Principal: { AWS: User!['Arn'] }, Action: 'sts:AssumeRole' };
        const role = ['--role-name', 'approver'];
        const { Role } = await root(
          ...['iam', 'create-role', ...role],
          ...['--assume-role-policy-document', policy({ Effect: 'Allow', ...trust })],
        );
        const approving = { Action: 'sagemaker:UpdateModelPackage', Resource: '*' };
        await root(
          'iam',
          'put-role-policy',
          ...role,
          ...own,
          policy({ Effect: 'Allow', ...approving }),
        );
        const profiles = [
          '[profile sue]',
          `aws_access_key_id = ${AccessKey!['AccessKeyId']}`,
          `aws_secret_access_key = ${AccessKey!['SecretAccessKey']}`,
          '[profile approver]',
          `role_arn = ${Role!['Arn']}`,
          'source_profile = sue',
          'role_session_name = release-7',
        ];
        writeFileSync(file, profiles.join('\n'));
        const as = (profile: string, ...args: string[]): Promise<Ended> =>
          run(aws, ['sagemaker', ...args], { env: profileEnvironment(server, file, profile) });

        const group = ['--model-package-group-name', 'Approved'];
        const version = arn('model-package/Approved/1');
        const approve = ['--model-package-arn', version, '--model-approval-status', 'Approved'];
        for (const create of ['create-model-package-group', 'create-model-package']) {
          assert.equal((await as('sue', create, ...group)).errors, '');
        }
        const denied = await as('sue', 'update-model-package', ...approve);
        assert.equal(denied.code, 255);
        assert.equal(
          denied.errors.trim(),
          'An error occurred (AccessDeniedException) when calling the UpdateModelPackage operation: ' +
            `User: ${User!['Arn']} is not authorized to perform: sagemaker:UpdateModelPackage on ` +
            `resource: ${version} because no identity-based policy allows the ` +
            'sagemaker:UpdateModelPackage action',
        );
        assert.equal((await as('approver', 'update-model-package', ...approve)).errors, '');

        const byName = `AttributeKey=ResourceName,AttributeValue=${version}`;
        const told = await root('cloudtrail', 'lookup-events', '--lookup-attributes', byName);
        const events = told['Events'] as unknown as Record<string, string>[];
        assert.deepEqual(
          events.map(({ EventName, Username }) => `${EventName} by ${Username}`),
          [
            'UpdateModelPackage by release-7',
            'UpdateModelPackage by sue',
            'CreateModelPackage by sue',
          ],
        );
        const records = events.map((event) => JSON.parse(event['CloudTrailEvent']!) as Json);
        assert.deepEqual(
          records.map(({ errorCode }) => errorCode),
          [undefined, 'AccessDenied', undefined],
        );
        const { sessionContext, arn: session } = records[0]!['userIdentity'] as Json;
        assert.equal(session, 'arn:aws:sts::123456789012:assumed-role/approver/release-7');
        assert.deepEqual((sessionContext as Json)['sessionIssuer'], {
          type: 'Role',
          principalId: Role!['RoleId'],
          arn: Role!['Arn'],
          accountId: '123456789012',
          userName: 'approver',
        });
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );

  test('archives, which its own models do not know', { skip }, async () => {
    await server.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'Old' });
    await server.ok('CreateModelPackage', { ModelPackageGroupName: 'Old' });
    await ok(
      'update-model-package',
      ...['--model-package-arn', arn('model-package/Old/1')],
      ...['--model-approval-status', 'Archived'],
    );
    const statuses = await ok(
      'list-model-packages',
      ...['--model-package-group-name', 'Old', '--model-approval-status', 'Archived'],
      ...['--query', 'ModelPackageSummaryList[].ModelApprovalStatus'],
    );
    assert.deepEqual(statuses, ['Archived']);
  });
});
