import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LinkedOperation } from '../../contracts/shape.ts';
import { linkServices } from '../../app.ts';
import { commands } from '../cli.ts';
import { services } from '../services.ts';
import { runCli, TestTerminal } from '../testing.ts';
import { operationCommand, readMembers } from './operation-command.ts';
import { optionName } from './option-name.ts';
import { skeleton } from './skeleton.ts';

function operation(name: string, service = 'sagemaker'): LinkedOperation {
  return services.get(service)!.operations.get(name)!;
}

/** The input that a command line gives. */
function inputOf(name: string, args: string[]): unknown {
  const command = operationCommand(operation(name), new TestTerminal());
  command.parse(args, { from: 'user' });
  return JSON.parse(JSON.stringify(readMembers(operation(name), command.opts())));
}

describe('operations as commands', () => {
  test('every JSON service of the server can be called, by its name alone too', () => {
    const linked = linkServices({ strictAws: false }).map(({ data }) => data);
    const served = linked.filter(({ protocol }) => protocol === 'json');
    assert.deepEqual(
      [...services.values()].map(({ data }) => data),
      served,
    );
    for (const { name } of served) assert.ok(name in commands, name);
  });

  test('every operation has help that tells every member', async () => {
    for (const service of services.values()) {
      for (const { name, input } of service.operations.values()) {
        const { code, out } = await runCli([service.data.name, optionName(name), 'help']);
        assert.equal(code, 0);
        assert.match(
          out,
          new RegExp(`^Usage: imprimatur ${service.data.name} ${optionName(name)} `),
        );
        for (const member of input.members) {
          const isPaging =
            out.includes('--page-size') && /^(MaxResults|NextToken)$/.test(member.name);
          assert.equal(out.includes(`  --${optionName(member.name)}`), !isPaging, member.name);
        }
      }
    }
  });

  test('help tells what a value must be like', async () => {
    const { out } = await runCli(['sagemaker', 'create-model-package', '--help']);
    const told = [
      '--client-token <string>\n      1 to 36 characters; pattern [a-zA-Z0-9-]+\n',
      'one of Approved, Rejected, PendingManualApproval, Archived\n',
      '--tags <structure...>\n      at most 50 elements; requires Key, Value; Key=string,Value=string;',
      '--customer-metadata-properties <map>\n      1 to 50 entries; key=string,…; shorthand or JSON\n',
    ];
    for (const text of told) assert.ok(out.includes(text), text);
    const listing = await runCli(['sagemaker', 'list-model-packages', 'help']);
    assert.match(listing.out, /--creation-time-after <timestamp>\n {6}ISO 8601 or epoch seconds\n/);
  });

  test('members are given by options', () => {
    const args = [
      '--model-package-name=x',
      '--no-certify-for-marketplace',
      '--tags',
      'Key=a,Value=b',
    ];
    assert.deepEqual(inputOf('CreateModelPackage', args), {
      ModelPackageName: 'x',
      CertifyForMarketplace: false,
      Tags: [{ Key: 'a', Value: 'b' }],
    });
    assert.deepEqual(inputOf('CreateModelPackage', ['--certify-for-marketplace']), {
      CertifyForMarketplace: true,
    });
    assert.deepEqual(inputOf('CreateModelPackage', []), {});
    const dashed = inputOf('CreateModelPackage', ['--model-package-description', '--no -x']);
    assert.deepEqual(dashed, { ModelPackageDescription: '--no -x' });
  });

  test('options win over --cli-input-json', () => {
    const json = '{"Domain":"a","Task":"b","Tags":[{"Key":"k","Value":"v"}]}';
    assert.deepEqual(inputOf('CreateModelPackage', ['--cli-input-json', json, '--domain', 'c']), {
      Domain: 'c',
      Task: 'b',
      Tags: [{ Key: 'k', Value: 'v' }],
    });
    assert.throws(() => inputOf('AddTags', ['--cli-input-json', '[]']), /It must be a JSON object/);
  });

  test('what is required must be given', () => {
    assert.throws(
      () => inputOf('AddTags', []),
      /required: --resource-arn, --tags\nUsage: imprimatur /,
    );
    assert.deepEqual(inputOf('UpdateModelPackage', []), {}, 'an alias may stand for the ARN');
  });

  test('the skeleton has every member, and ends within itself', () => {
    assert.deepEqual(skeleton(operation('AddTags').input), {
      ResourceArn: '',
      Tags: [{ Key: '', Value: '' }],
    });
    const search = JSON.stringify(skeleton(operation('Search').input));
    assert.match(search, /"SubExpressions":\[\{\}\]/);
    assert.deepEqual(skeleton(operation('ListModelPackages').input), {
      CreationTimeAfter: '1970-01-01T00:00:00',
      CreationTimeBefore: '1970-01-01T00:00:00',
      MaxResults: 0,
      NameContains: '',
      ModelApprovalStatus: 'Approved',
      ModelPackageGroupName: '',
      ModelPackageType: 'Versioned',
      NextToken: '',
      SortBy: 'Name',
      SortOrder: 'Ascending',
    });
  });
});
