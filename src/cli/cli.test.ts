import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { commands } from './cli.ts';
import type { Environment } from './terminal.ts';
import { runCli, startRegistry, testFolder } from './testing.ts';
import type { Outcome } from './testing.ts';

const arn = (resource: string): string => `arn:aws:sagemaker:us-east-1:123456789012:${resource}`;

/** A registry, and what runs command lines against it; one that fails fails the test. */
async function start(t: TestContext, flags = {}) {
  const environment = await startRegistry(t, flags);
  const cli = (...args: string[]): Promise<Outcome> => runCli(args, environment);
  const ok = async (...args: string[]): Promise<string> => {
    const { code, out, error } = await cli(...args);
    assert.equal(code, 0, `imprimatur ${args.join(' ')}: ${error}`);
    return out;
  };
  const json = async (...args: string[]): Promise<Record<string, unknown>> =>
    JSON.parse(await ok(...args)) as Record<string, unknown>;
  return { environment, cli, ok, json };
}

function without(error: string): string {
  return error.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?/g, 'TIME');
}

describe('the command line', () => {
  test('help lists every command, and every command has help with examples', async () => {
    for (const args of [[], ['--help'], ['-h'], ['help']]) {
      const { code, out } = await runCli(args);
      assert.equal(code, 0);
      for (const name of Object.keys(commands)) assert.match(out, new RegExp(`^  ${name} `, 'm'));
    }
    const services = ['call', 'sagemaker', 'imprimatur', 'cloudtrail', 'events'];
    for (const name of Object.keys(commands)) {
      for (const args of [
        [name, '--help'],
        ['help', name],
      ]) {
        const { code, out, error } = await runCli(args);
        assert.equal(code, 0, error);
        assert.match(out, new RegExp(`^Usage: imprimatur ${name} `));
        if (!services.includes(name)) assert.match(out, /^Examples:\n {2}imprimatur /m);
      }
    }
  });

  test('--version tells the version', async () => {
    assert.match((await runCli(['--version'])).out, /^imprimatur \d+\.\d+\.\d+\n$/);
  });

  test('unknown commands and options are told with what was probably meant', async () => {
    const slips: [string[], number, RegExp][] = [
      [['grups'], 2, /^imprimatur: unknown command 'grups' \(Did you mean groups\?\)\n/],
      [
        ['groups', '--name'],
        2,
        /^imprimatur: unknown option '--name' \(Did you mean --name-contains/,
      ],
      [['groups', '--limit', '0'], 2, /It must be a whole number from 1\./],
      [
        ['versions'],
        2,
        /^imprimatur: missing required argument 'group'\nUsage: imprimatur versions /,
      ],
      [['wait', 'a', '--status', 'done'], 2, /It must be one of PendingManualApproval, Approved, /],
      [['call'], 252, /^\nusage: imprimatur call <service> [^]*the service is missing/],
      [['sagemaker'], 252, /the operation is missing; there are:\n  add-tags\n/],
      [['sagemaker', 'list-tag'], 252, /unknown operation 'list-tag' \(Did you mean list-tags\?\)/],
      [
        ['sagemaker', 'list-tags'],
        252,
        /^\nthe following arguments are required: --resource-arn\n/,
      ],
      [['sagemaker', 'list-tags', '--frob'], 252, /^\nunknown option '--frob'\nUsage: /],
      [['sagemaker', 'list-tags', 'x'], 252, /^\ntoo many arguments/],
    ];
    for (const [args, code, message] of slips) {
      const outcome = await runCli(args);
      assert.match(outcome.error, message);
      assert.equal(outcome.code, code, args.join(' '));
      assert.equal(outcome.out, '');
    }
  });

  test('a registry that is not there is told in a line', async (t) => {
    const environment = {
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
    };
    const people = await runCli(['groups'], environment);
    assert.match(people.error, /^imprimatur: Cannot reach http:\/\/127\.0\.0\.1:1 .*\n$/);
    assert.equal(people.code, 1);
    const scripts = await runCli(['sagemaker', 'list-model-packages'], environment);
    assert.match(scripts.error, /^\nCannot reach http:\/\/127\.0\.0\.1:1 .*\n$/);
    assert.equal(scripts.code, 255);
    const keyless = await runCli(['sagemaker', 'list-model-packages'], {
      IMPRIMATUR_DATA_DIR: testFolder(t),
    });
    assert.equal(keyless.code, 253);
  });

  test('the program runs as a process', async (t) => {
    const environment = await startRegistry(t);
    const list = await runProcess(['groups', '--json'], environment);
    assert.deepEqual(list, { code: 0, out: list.out, error: '' });
    assert.match(list.out, /"ModelPackageGroupSummaryList": \[\]/);
    const missing = await runProcess(['show', 'none/1'], environment);
    assert.equal(missing.code, 1);
    assert.match(missing.error, /^imprimatur: ModelPackage \S+ does not exist\./);
  });

  test('a reader who has seen enough is no error', async () => {
    const closed = await runProcess(['--help'], {}, (child) => child.stdout?.destroy());
    assert.deepEqual(closed, { code: 0, out: '', error: '' });
  });
});

/** Runs a command line in a process of its own. */
function runProcess(
  args: string[],
  environment: Environment,
  started: (child: ChildProcess) => void = () => {},
): Promise<Outcome> {
  const program = join(import.meta.dirname, '..', 'main.ts');
  const env = { ...process.env, ...environment };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program, ...args], { env }, (failure, out, error) => {
      resolve({ code: Number(failure?.code ?? 0), out, error });
    });
    started(child);
  });
}

describe('call', () => {
  test('the examples of the aws CLI run as they are', async (t) => {
    const { ok, json } = await start(t);
    await ok('sagemaker', 'create-model-package-group', '--model-package-group-name', 'Images');
    const registered = await ok(
      ...['sagemaker', 'create-model-package'],
      ...['--model-package-name', 'ImageClassifier-v1'],
      ...['--model-package-group-name', 'Images'],
      '--inference-specification',
      `{
         "Containers": [{"Image":"123456789012.dkr.ecr...","ModelDataUrl":"s3://bucket/model.tar.gz"}],
         "SupportedContentTypes":["image/png"],
         "SupportedResponseMIMETypes":["application/json"]
       }`,
    );
    assert.equal(registered, `{\n    "ModelPackageArn": "${arn('model-package/Images/1')}"\n}\n`);
    await ok(
      ...['sagemaker', 'update-model-package'],
      ...['--model-package-name', 'ImageClassifier-v1'],
      ...['--model-approval-status', 'Approved'],
      ...['--approval-description', 'Meets performance and bias criteria'],
    );
    const name = ['--model-package-name', 'ImageClassifier-v1'];
    const described = await json('sagemaker', 'describe-model-package', ...name);
    assert.equal(described['ModelApprovalStatus'], 'Approved');
    assert.equal(described['ApprovalDescription'], 'Meets performance and bias criteria');
    assert.match(
      String(described['CreationTime']),
      /^\d{4}-\d\d-\d\dT[\d:]+(\.\d{6})?[+-]\d\d:\d\d$/,
    );
  });

  test('answers are queried, formatted, and silent where there is nothing', async (t) => {
    const { ok } = await start(t);
    const group = ['--model-package-group-name', 'g'];
    await ok('sagemaker', 'create-model-package-group', ...group, '--tags', 'Key=team,Value=risk');
    const list = ['sagemaker', 'list-model-package-groups'];
    const name = 'ModelPackageGroupSummaryList[].ModelPackageGroupName';
    assert.equal(await ok(...list, '--query', name, '--output', 'text'), 'g\n');
    assert.equal(await ok('--query', name, ...list), '[\n    "g"\n]\n');
    assert.equal(await ok(...list, '--query', 'nothing'), 'null\n');
    const tags = ['list-tags', '--resource-arn', arn('model-package-group/g')];
    assert.equal(await ok('call', 'sagemaker', ...tags, '--output', 'text'), 'TAGS\tteam\trisk\n');
    assert.equal(await ok('sagemaker', 'delete-model-package-group', ...group), '');
  });

  test('a slip in a query or an input is found before anything happens', async (t) => {
    const { cli, json } = await start(t);
    const create = ['sagemaker', 'create-model-package-group', '--model-package-group-name', 'g'];
    const query = await cli(...create, '--query', 'a[');
    assert.match(query.error, /^\nBad value for --query a\[: /);
    const input = await cli(...create, '--tags', 'Key=a');
    assert.equal(
      input.error,
      '\nParameter validation failed:\nMissing required parameter in Tags[0]: "Value"\n',
    );
    assert.deepEqual([query.code, input.code], [252, 252]);
    assert.deepEqual(await json('groups', '--json'), { ModelPackageGroupSummaryList: [] });
  });

  test('a refusal is told in the words of the aws CLI', async (t) => {
    const { cli } = await start(t);
    const { code, error } = await cli('sagemaker', 'create-model-package', '--domain', 'x');
    assert.equal(code, 254);
    assert.equal(
      error,
      '\nAn error occurred (ValidationException) when calling the CreateModelPackage operation: ' +
        'Missing ARN\n',
    );
  });

  test('lists are paged for the caller, or by the caller', async (t) => {
    const { ok, cli, json } = await start(t);
    for (const name of ['a', 'b', 'c']) {
      await ok('sagemaker', 'create-model-package-group', '--model-package-group-name', name);
    }
    const list = ['sagemaker', 'list-model-package-groups', '--sort-by', 'Name'];
    const text = [
      '--output',
      'text',
      '--query',
      'ModelPackageGroupSummaryList[].ModelPackageGroupName',
    ];
    assert.equal(await ok(...list, '--page-size', '1', ...text), 'a\tb\tc\n');
    const cut = await json(...list, '--max-items', '2');
    const rest = ['--starting-token', String(cut['NextToken'])];
    assert.equal(await ok(...list, ...rest, ...text), 'c\n');
    const page = await json(...list, '--max-results', '1');
    assert.equal((page['ModelPackageGroupSummaryList'] as unknown[]).length, 1);
    const next = ['--next-token', String(page['NextToken']), '--no-paginate'];
    assert.equal(await ok(...list, ...next, ...text), 'b\tc\n');
    assert.equal((await cli(...list, '--no-paginate', '--max-items', '1')).code, 252);
  });

  test('skeletons are printed, not called, and can be filled in', async (t) => {
    const { ok, json } = await start(t);
    const create = ['sagemaker', 'create-model-package-group'];
    const skeleton = await json(...create, '--generate-cli-skeleton');
    assert.deepEqual(Object.keys(skeleton), [
      'ModelPackageGroupName',
      'ModelPackageGroupDescription',
      'Tags',
      'ManagedConfiguration',
    ]);
    const file = join(testFolder(t), 'group.json');
    writeFileSync(file, JSON.stringify({ ModelPackageGroupName: 'filled-in' }));
    assert.match(await ok(...create, '--cli-input-json', `file://${file}`), /filled-in/);
    assert.deepEqual(await json(...create, '--generate-cli-skeleton', 'output'), {
      ModelPackageGroupArn: '',
    });
  });

  test('what goes over the wire can be seen', async (t) => {
    const { cli } = await start(t);
    const { error } = await cli(
      'imprimatur',
      'list-resource-history',
      '--resource-arn',
      arn('x/y'),
      '--debug',
    );
    assert.match(error, /^> x-amz-target: Imprimatur\.ListResourceHistory$/m);
    assert.match(error, /^< \{"Entries":\[\]\}$/m);
  });
});

describe('commands for people', () => {
  test('a version is registered, reviewed, and found again', async (t) => {
    const { cli, ok } = await start(t);
    const register = ['register', 'fraud', '--create-group', '--image', 'r/fraud:1'];
    const first = ['--name', 'fraud-v1', '--tag', 'team=risk', '--metadata', 'accuracy=0.9'];
    const described = ['--description', 'weekly retrain', '--content-type', 'text/csv'];
    assert.equal(
      await ok(...register, ...first, ...described),
      `${arn('model-package/fraud/1')}\n`,
    );
    assert.equal(await ok(...register, '--token', 'once'), `${arn('model-package/fraud/2')}\n`);
    assert.equal(await ok(...register, '--token', 'once'), `${arn('model-package/fraud/2')}\n`);
    assert.equal(
      await ok('approve', 'fraud-v1', '-m', 'good'),
      'fraud/1: PendingManualApproval → Approved\n',
    );
    assert.equal(await ok('approve', 'fraud/1'), 'fraud/1: Approved, as before\n');
    assert.equal(
      await ok('reject', arn('model-package/fraud/2'), '--description', 'bad'),
      'fraud/2: PendingManualApproval → Rejected\n',
    );
    assert.equal(
      without(await ok('versions', 'fraud')),
      'VERSION  STATUS     APPROVAL  ALIAS     CREATED           DESCRIPTION\n' +
        'fraud/2  Completed  Rejected  -         TIME  -\n' +
        'fraud/1  Completed  Approved  fraud-v1  TIME  weekly retrain\n',
    );
    assert.equal(
      without(await ok('versions', 'fraud', '--status', 'approved', '--limit', '1')),
      'VERSION  STATUS     APPROVAL  ALIAS     CREATED           DESCRIPTION\n' +
        'fraud/1  Completed  Approved  fraud-v1  TIME  weekly retrain\n',
    );
    assert.match(
      without(await ok('groups', '--name-contains', 'rau')),
      /^fraud {2}Completed {2}TIME$/m,
    );
    const found = /^fraud\/1 {2}Completed {2}Approved {2}fraud-v1 /m;
    for (const args of [
      ['CustomerMetadataProperties.accuracy=0.9'],
      ['--tag', 'team=risk'],
      ['--group', 'fraud', '--status', 'Approved'],
      ['ModelPackageVersion<2', '!ModelLifeCycle.Stage'],
      ['--expression', '{"Filters":[{"Name":"ApprovalDescription","Value":"good"}]}'],
    ]) {
      const listed = await ok('search', ...args);
      assert.match(listed, found, args.join(' '));
      assert.equal(listed.trimEnd().split('\n').length, 2, args.join(' '));
    }
    const groups = await ok('search', '--resource', 'ModelPackageGroup', '--name-contains', 'fr');
    assert.match(groups, /^GROUP/);
    const none = await cli('search', 'ModelApprovalStatus=Archived');
    assert.deepEqual(none, { code: 0, out: '', error: 'Nothing was found.\n' });
    const slip = await cli('search', 'Frob=1');
    assert.equal(slip.error, 'imprimatur: Unknown property name: Frob (ValidationException)\n');
    assert.equal(slip.code, 1);
  });

  test('a version is shown whole', async (t) => {
    const { ok, json } = await start(t);
    await ok('register', 'fraud', '--create-group', '--image', 'r/fraud:1', '--tag', 'team=risk');
    await ok('approve', 'fraud/1', '-m', 'good');
    const shown = without(await ok('show', 'fraud/1'));
    assert.ok(
      shown.startsWith(
        [
          'fraud/1',
          arn('model-package/fraud/1'),
          '',
          'Approval     Approved',
          'Reason       good',
          'Status       Completed',
          'Created      TIME by arn:aws:iam::123456789012:root',
          'Modified     TIME by arn:aws:iam::123456789012:root',
          'Tags         team=risk',
          '',
          'InferenceSpecification:',
          '  Containers:',
          '    - Image: r/fraud:1',
        ].join('\n'),
      ),
      shown,
    );
    const raw = await json('show', 'fraud/1', '--json');
    assert.equal(raw['ModelPackageVersion'], 1);
    assert.match(String(raw['CreationTime']), /^\d{4}-/);
  });

  test('what was approved, and by whom, is told as of a moment', async (t) => {
    const { cli, ok, json } = await start(t);
    await ok('register', 'fraud', '--create-group', '--name', 'v1', '--image', 'r/fraud:1');
    await ok('register', 'fraud', '--image', 'r/fraud:2');
    await ok('approve', 'fraud/1', '-m', 'good');
    await ok('archive', 'fraud/1', '-m', 'superseded');
    await ok('sagemaker', 'delete-model-package', '--model-package-name', 'fraud/1');
    assert.equal(
      without(await ok('versions', 'fraud', '--status', 'approved', '--as-of', '#4')),
      'VERSION  APPROVAL  SET BY  SET               ENTRY  REASON  ALIAS  CREATED\n' +
        'fraud/1  Approved  root    TIME  #4     good    v1     TIME\n',
    );
    const all = without(await ok('versions', 'fraud', '--as-of', '5', '--limit', '1'));
    assert.match(all, /^fraud\/2 +PendingManualApproval +root +TIME +#3 +TIME$/m);
    const none = ['versions', 'fraud', '--status', 'Rejected', '--as-of', '2999-12-31'];
    assert.deepEqual(await cli(...none), {
      code: 0,
      out: '',
      error: 'There were no such versions.\n',
    });
    const shown = without(await ok('show', 'fraud/1', '--as-of', '#4'));
    const root = 'arn:aws:iam::123456789012:root, TIME (#4)';
    assert.ok(
      shown.startsWith(
        [
          'fraud/1',
          arn('model-package/fraud/1'),
          '',
          'As of        #4',
          `Last change  UpdateModelPackage by ${root}`,
          'Approval     Approved',
          `Set by       ${root}`,
          'Saying       good',
          'Reason       good',
          'Alias        v1',
        ].join('\n'),
      ),
      shown,
    );
    const group = without(await ok('show', 'fraud', '--as-of', '2999-12-31'));
    assert.equal(
      group,
      [
        'fraud',
        arn('model-package-group/fraud'),
        '',
        'As of        #7',
        'Last change  CreateModelPackageGroup by arn:aws:iam::123456789012:root, TIME (#1)',
        'Status       Completed',
        'Created      TIME',
        '',
      ].join('\n'),
    );
    const whole = await json('show', arn('model-package-group/fraud'), '--as-of', '1', '--json');
    assert.equal(whole['AsOfSequence'], 1);
    const listed = await json('versions', 'fraud', '--as-of', '#4', '--json');
    assert.equal((listed['ModelPackages'] as unknown[]).length, 2);
    const gone = await cli('show', 'fraud/1', '--as-of', '#6');
    assert.match(gone.error, /fraud\/1 does not exist as of sequence 6\./);
    const never = await cli('show', 'churn', '--as-of', '#6');
    assert.match(never.error, /ModelPackageGroup .* does not exist as of sequence 6\./);
    const slip = await cli('versions', 'fraud', '--as-of', 'yesterday');
    assert.equal(slip.code, 2);
    assert.match(slip.error, /It must be a date such as 2026-05-03/);
  });

  test('a specification and a source are registered in two steps', async (t) => {
    const { ok, json } = await start(t);
    const both = ['--image', 'r/fraud:1', '--source-uri', 'mlflow://runs/1'];
    await ok('register', 'fraud', '--create-group', ...both);
    const { SourceUri, InferenceSpecification } = await json('show', 'fraud/1', '--json');
    assert.equal(SourceUri, 'mlflow://runs/1');
    assert.deepEqual(InferenceSpecification, { Containers: [{ Image: 'r/fraud:1' }] });
  });

  test('the story of a resource is told, also when it is gone', async (t) => {
    const { cli, ok, json } = await start(t);
    await ok('register', 'fraud', '--create-group', '--source-uri', 's3://models/1');
    await ok('archive', 'fraud/1', '--description', 'superseded');
    const refused = await cli('approve', 'fraud/1');
    assert.match(refused.error, /^imprimatur: ModelApprovalStatus cannot change from 'Archived'/);
    await ok('sagemaker', 'delete-model-package', '--model-package-name', 'fraud/1');
    const story = without(await ok('history', 'fraud/1'));
    const by = 'by arn:aws:iam::123456789012:root';
    assert.equal(
      story,
      [
        `TIME  CreateModelPackage  ${by}`,
        '    ModelPackageGroupName: fraud',
        '    SourceUri: s3://models/1',
        '    ModelPackageVersion: 1',
        '    ModelApprovalStatus: PendingManualApproval',
        '    ModelPackageStatus: Completed',
        `TIME  UpdateModelPackage  ${by}`,
        '    ModelApprovalStatus: PendingManualApproval → Archived',
        '    ApprovalDescription: superseded',
        `TIME  UpdateModelPackage  refused: ValidationException  ${by}`,
        "    ModelApprovalStatus cannot change from 'Archived' to 'Approved': set it to " +
          "'PendingManualApproval' first, for a new review.",
        `TIME  DeleteModelPackage  ${by}`,
        '    deleted',
        '',
      ].join('\n'),
    );
    const raw = await json('history', arn('model-package/fraud/1'), '--json', '--limit', '1');
    const [newest] = raw['Entries'] as { EventName: string; UserAgent: string }[];
    assert.equal(newest!.EventName, 'DeleteModelPackage');
    assert.match(newest!.UserAgent, /^imprimatur-cli\//);
    assert.match(await ok('history', 'fraud'), /CreateModelPackageGroup/);
    const never = await cli('history', 'fraud/2');
    assert.deepEqual([never.code, never.out], [0, '']);
    assert.equal((await cli('history', 'nothing')).code, 1);
    assert.equal((await cli('history', 'nothing/1')).code, 1);
  });

  test('an alias and a deleted group have their story too', async (t) => {
    const { ok } = await start(t);
    await ok('register', 'fraud', '--create-group', '--image', 'x', '--name', 'fraud-v1');
    assert.match(await ok('history', 'fraud-v1'), /ModelPackageName: fraud-v1/);
    await ok('sagemaker', 'delete-model-package', '--model-package-name', 'fraud-v1');
    await ok('sagemaker', 'delete-model-package-group', '--model-package-group-name', 'fraud');
    assert.match(await ok('history', 'fraud'), /DeleteModelPackageGroup[^]*\n {4}deleted\n$/);
    assert.match(await ok('history', 'fraud/1'), /DeleteModelPackage {2}[^]*\n {4}deleted\n$/);
  });

  test('an approval is waited for', async (t) => {
    const { cli, ok, json } = await start(t);
    await ok('register', 'fraud', '--create-group', '--image', 'x');
    const waiting = cli('wait', 'fraud/1', '--interval', '20ms', '--timeout', '20s');
    await ok('approve', 'fraud/1');
    assert.deepEqual(await waiting, { code: 0, out: 'fraud/1 is Approved.\n', error: '' });
    const late = await cli(
      'wait',
      'fraud/1',
      '--status',
      'archived',
      '--timeout',
      '0.05s',
      '--interval',
      '20ms',
    );
    assert.equal(late.error, 'imprimatur: fraud/1 is still Approved after 0s.\n');
    assert.equal(late.code, 124);
    await ok('reject', 'fraud/1');
    const other = await cli('wait', 'fraud/1');
    assert.equal(other.error, 'imprimatur: fraud/1 is Rejected, not Approved.\n');
    assert.equal(other.code, 3);
    const reached = await json('wait', 'fraud/1', '--status', 'Rejected', '--json');
    assert.equal(reached['ModelApprovalStatus'], 'Rejected');
    assert.equal((await cli('wait', 'fraud/9')).code, 1);
  });

  test('what is not there is refused', async (t) => {
    const { cli } = await start(t);
    for (const args of [
      ['versions', 'none'],
      ['show', 'none/1'],
      ['approve', 'none'],
      ['register', 'none'],
    ]) {
      const { code, error } = await cli(...args);
      assert.equal(code, 1);
      assert.match(
        error,
        /^imprimatur: ModelPackage(Group)? \S+ does not exist\. \(ValidationException\)\n$/,
      );
    }
  });

  test('what a reviewer wrote cannot command a terminal', async (t) => {
    const { ok } = await start(t);
    await ok('register', 'fraud', '--create-group', '--image', 'x');
    await ok('approve', 'fraud/1', '-m', 'fine \u001b[2J\u009b5n');
    for (const args of [
      ['show', 'fraud/1'],
      ['history', 'fraud/1'],
    ]) {
      const shown = await ok(...args);
      assert.match(shown, /fine \ufffd\[2J\ufffd5n/);
    }
  });

  test('a key of somewhere else is recognized', async (t) => {
    const { environment } = await start(t);
    const foreign = { ...environment, AWS_ACCESS_KEY_ID: 'AKIAX', AWS_SECRET_ACCESS_KEY: 'x' };
    const { code, error } = await runCli(['groups'], foreign);
    assert.equal(code, 1);
    assert.match(
      error,
      /\(UnrecognizedClientException\)\nThe key that signed the call is not one of/,
    );
  });

  test('a strict server refuses extensions in its own words', async (t) => {
    const { cli, ok } = await start(t, { strictAws: true });
    await ok('register', 'fraud', '--create-group', '--image', 'x');
    assert.match(await ok('show', 'fraud/1'), /^fraud\/1\n/);
    assert.match(await ok('approve', 'fraud/1'), /→ Approved\n$/);
    assert.match((await cli('archive', 'fraud/1')).error, /Member must satisfy enum value set/);
  });

  test('the credentials set a shell up', async (t) => {
    const { environment, ok } = await start(t);
    const lines = await ok('credentials');
    assert.match(
      lines,
      new RegExp(
        '^export AWS_ACCESS_KEY_ID=AKIA\\w{16}\\nexport AWS_SECRET_ACCESS_KEY=[\\w-]{40}\\n' +
          `export AWS_ENDPOINT_URL=http://127\\.0\\.0\\.1:${environment.IMPRIMATUR_PORT}\\n` +
          'export AWS_DEFAULT_REGION=us-east-1\\n$',
      ),
    );
    const exported = [...lines.matchAll(/^export (\w+)=(.*)$/gm)];
    const shell = Object.fromEntries(exported.map(([, name, value]) => [name!, value]));
    assert.equal((await runCli(['groups'], shell as Environment)).code, 0);
    const stale = await runCli(['credentials'], { ...environment, AWS_SESSION_TOKEN: 'old' });
    assert.match(stale.out, /^unset AWS_SESSION_TOKEN$/m);
    const none = await runCli(['credentials', '--data-dir', '/nowhere'], environment);
    assert.match(none.error, /^imprimatur: There is no root key in \/nowhere\/credentials\./);
    assert.equal(none.code, 1);
  });

  test('a terminal is told of more, and its width is kept', async (t) => {
    const { environment, ok } = await start(t);
    for (const count of [1, 2, 3]) {
      const text = `version ${count} `.repeat(20).trim();
      await ok('register', 'fraud', '--create-group', '--image', 'x', '--description', text);
    }
    const shown = await runCli(
      ['versions', 'fraud', '--limit', '2'],
      { ...environment, NO_COLOR: '1' },
      90,
    );
    const lines = shown.out.trimEnd().split('\n');
    assert.equal(lines.length, 3);
    assert.ok(lines.every((line) => line.length <= 90));
    assert.match(lines[1]!, /version 3 .*…$/);
    assert.equal(shown.error, 'There are more; a higher --limit shows them.\n');
  });
});
