import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ApprovalReference, ModelPackageAsOf } from '../../contracts/imprimatur-past.ts';
import { TestApp, testArn } from '../../../tests/support/test-app.ts';

type Json = Record<string, unknown>;

const ours = { service: 'imprimatur' } as const;
const groups = ['Fraud', 'churn'] as const;
const highestVersion = 4;

/** A call, and how long the clock ran before it. */
interface Step {
  readonly operation: string;
  readonly input: Json;
  readonly pause: number;
}

/** Everything that can be asked of, by a name in lower case; what is absent was not there. */
interface State {
  readonly sequence: number;
  readonly time: number;
  readonly groups: ReadonlyMap<string, Json>;
  readonly packages: ReadonlyMap<string, Json>;
  /** By group: summaries, the newest version first. */
  readonly lists: ReadonlyMap<string, Json[]>;
  /** By ARN in lower case. */
  readonly approvals: ReadonlyMap<string, Partial<ApprovalReference>>;
}

const anyCase = (name: string): fc.Arbitrary<string> =>
  fc.constantFrom(name, name.toLowerCase(), name.toUpperCase());
const groupName = fc.constantFrom('Fraud', 'Fraud', 'churn').chain(anyCase);
const version = fc
  .tuple(groupName, fc.constantFrom(1, 1, 1, 2, 2, 3))
  .map(([group, number]) => `${group}/${number}`);
const packageName = fc.oneof(
  { weight: 6, arbitrary: version },
  { weight: 1, arbitrary: fc.constantFrom('Champ', 'Solo').chain(anyCase) },
);
const tags = fc.uniqueArray(
  fc.record({ Key: fc.constantFrom('a', 'b', 'c'), Value: fc.constantFrom('1', '2') }),
  { selector: ({ Key }) => Key, minLength: 1, maxLength: 3 },
);
const status = fc.constantFrom('Approved', 'Approved', 'Rejected', 'PendingManualApproval');
const arn = fc.oneof(
  groupName.map((name) => testArn(`model-package-group/${name}`)),
  packageName.map((name) => testArn(`model-package/${name}`)),
);
const specification = {
  Containers: [{ Image: 'registry.example.com/base:1' }],
  SupportedContentTypes: ['text/csv'],
  SupportedResponseMIMETypes: ['text/csv'],
};

function call(
  operation: string,
  required: Record<string, fc.Arbitrary<unknown>>,
  optional: Record<string, fc.Arbitrary<unknown>> = {},
): fc.Arbitrary<Step> {
  const input = fc.record(
    { ...required, ...optional },
    { requiredKeys: Object.keys(required), noNullPrototype: true },
  );
  // Calls of one moment are told apart by the journal's order alone.
  const pause = fc.constantFrom(0, 1, 500);
  return fc.record({ operation: fc.constant(operation), input, pause });
}

const policy = (Sid: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: { Sid, Effect: 'Allow', Principal: '*', Action: 'sagemaker:List*', Resource: '*' },
  });

const step = fc.oneof(
  {
    weight: 3,
    arbitrary: call(
      'CreateModelPackageGroup',
      { ModelPackageGroupName: groupName },
      { Tags: tags },
    ),
  },
  { weight: 1, arbitrary: call('DeleteModelPackageGroup', { ModelPackageGroupName: groupName }) },
  {
    weight: 8,
    arbitrary: call(
      'CreateModelPackage',
      { ModelPackageGroupName: groupName },
      {
        ModelPackageName: fc.constant('Champ'),
        ModelApprovalStatus: status,
        ModelPackageDescription: fc.constantFrom('x', 'y'),
        Tags: tags,
      },
    ),
  },
  {
    weight: 1,
    arbitrary: call('CreateModelPackage', {
      ModelPackageName: fc.constantFrom('Solo', 'Champ').chain(anyCase),
      InferenceSpecification: fc.constant(specification),
    }),
  },
  {
    weight: 8,
    arbitrary: call(
      'UpdateModelPackage',
      { ModelPackageName: packageName },
      {
        ModelApprovalStatus: status,
        ApprovalDescription: fc.constantFrom('good', 'bad', ''),
        CustomerMetadataProperties: fc.constantFrom({ auc: '1' }, { auc: '2', f1: '3' }),
        CustomerMetadataPropertiesToRemove: fc.constant(['auc']),
      },
    ),
  },
  { weight: 4, arbitrary: call('DeleteModelPackage', { ModelPackageName: packageName }) },
  { weight: 3, arbitrary: call('AddTags', { ResourceArn: arn, Tags: tags }) },
  {
    weight: 2,
    arbitrary: call('DeleteTags', { ResourceArn: arn, TagKeys: fc.constant(['a', 'b']) }),
  },
  {
    weight: 2,
    arbitrary: call('PutModelPackageGroupPolicy', {
      ModelPackageGroupName: groupName,
      ResourcePolicy: fc.constantFrom('one', 'two').map(policy),
    }),
  },
  {
    weight: 1,
    arbitrary: call('DeleteModelPackageGroupPolicy', { ModelPackageGroupName: groupName }),
  },
);

/** What every question is answered now. */
async function look(app: TestApp, approvals: State['approvals']): Promise<State> {
  const journal = await app.journal();
  const found = {
    sequence: journal.at(-1)?.seq ?? 0,
    time: app.clock.now(),
    groups: new Map<string, Json>(),
    packages: new Map<string, Json>(),
    lists: new Map<string, Json[]>(),
    approvals: new Map(approvals),
  };
  const policies = await app.database.read((tx) =>
    tx.rows(tx.sql.selectFrom('model_package_group').select(['name_key', 'policy'])),
  );
  for (const { name_key: name, policy: ResourcePolicy } of policies) {
    const input = { ModelPackageGroupName: name };
    const described = await app.ok('DescribeModelPackageGroup', input);
    const { Tags } = await app.ok('ListTags', { ResourceArn: described['ModelPackageGroupArn'] });
    const policyThen = ResourcePolicy === null ? {} : { ResourcePolicy };
    found.groups.set(name, { ModelPackageGroup: described, Tags, ...policyThen });
    const newestFirst = { ...input, SortBy: 'CreationTime', SortOrder: 'Descending' };
    const { ModelPackageSummaryList: list } = await app.ok<{ ModelPackageSummaryList: Json[] }>(
      'ListModelPackages',
      newestFirst,
    );
    found.lists.set(name, list);
  }
  const { ModelPackageSummaryList: all } = await app.ok<{ ModelPackageSummaryList: Json[] }>(
    'ListModelPackages',
    { ModelPackageType: 'Both' },
  );
  for (const { ModelPackageArn, ModelPackageName } of all) {
    const ModelPackage = await app.ok('DescribeModelPackage', {
      ModelPackageName: ModelPackageArn,
    });
    const { Tags } = await app.ok('ListTags', { ResourceArn: ModelPackageArn });
    const answer = { ModelPackage, Tags };
    found.packages.set(String(ModelPackageArn).toLowerCase(), answer);
    found.packages.set(String(ModelPackageName).toLowerCase(), answer);
  }
  return found;
}

/** The approvals after a call, worked out from what it asked for. */
function approved(before: State, after: State, { operation, input }: Step): void {
  const approvals = after.approvals as Map<string, Partial<ApprovalReference>>;
  for (const [arnKey, { ModelPackage }] of after.packages) {
    if (!arnKey.startsWith('arn:')) continue;
    const { ModelApprovalStatus: now } = ModelPackage as Json;
    const earlier = before.packages.get(arnKey)?.['ModelPackage'] as Json | undefined;
    if (now === undefined || earlier?.['ModelApprovalStatus'] === now) continue;
    approvals.set(arnKey, {
      Sequence: after.sequence,
      EventName: operation,
      EventTime: after.time / 1000,
      ...(Boolean(input['ApprovalDescription']) && {
        ApprovalDescription: String(input['ApprovalDescription']),
      }),
    });
  }
}

async function answerOf(app: TestApp, operation: string, input: Json): Promise<Json | undefined> {
  const { status: code, body } = await app.send(operation, input, ours);
  if (code !== 200) {
    assert.match(body, /does not exist as of sequence \d+\./);
    return undefined;
  }
  return JSON.parse(body) as Json;
}

function told(reference: unknown): Json | undefined {
  if (reference === undefined) return undefined;
  const { EventId: _id, PrincipalArn: _arn, ...rest } = reference as Json;
  return rest;
}

async function assertTold(app: TestApp, state: State, moment: Json): Promise<void> {
  for (const group of groups) {
    const key = group.toLowerCase();
    const input = { ModelPackageGroupName: group, ...moment };
    const described = await answerOf(app, 'DescribeModelPackageGroupAsOf', input);
    const { AsOfSequence: _seq, LastChange: _last, ...members } = described ?? {};
    assert.deepEqual(described && members, state.groups.get(key));
    await assertListed(app, state, key, input);
  }
  const versions = groups.flatMap((group) =>
    Array.from({ length: highestVersion }, (_, index) =>
      testArn(`model-package/${group}/${index + 1}`),
    ),
  );
  for (const name of [...versions, testArn('model-package/Solo')]) {
    const input = { ModelPackageName: name, ...moment };
    const described = await answerOf(app, 'DescribeModelPackageAsOf', input);
    const expected = state.packages.get(name.toLowerCase());
    const {
      AsOfSequence: _seq,
      LastChange: _last,
      ApprovalSetBy: by,
      ...members
    } = described ?? {};
    assert.deepEqual(described && members, expected, name);
    if (expected) assert.deepEqual(told(by), state.approvals.get(name.toLowerCase()), name);
  }
}

async function assertListed(app: TestApp, state: State, key: string, input: Json): Promise<void> {
  for (const filter of [{}, { ModelApprovalStatus: 'Approved' }]) {
    const found: ModelPackageAsOf[] = [];
    let NextToken: unknown;
    do {
      const page = { ...input, ...filter, MaxResults: 2, ...(NextToken ? { NextToken } : {}) };
      const listed = await answerOf(app, 'ListModelPackagesAsOf', page);
      if (!listed) {
        assert.equal(state.lists.get(key), undefined);
        return;
      }
      found.push(...(listed['ModelPackages'] as ModelPackageAsOf[]));
      NextToken = listed['NextToken'];
    } while (NextToken);
    const expected = state.lists
      .get(key)
      ?.filter(
        (one) => !('ModelApprovalStatus' in filter) || one['ModelApprovalStatus'] === 'Approved',
      );
    assert.deepEqual(
      found.map(({ ModelPackage }) => ModelPackage),
      expected,
    );
    for (const { ModelPackage, ApprovalSetBy } of found) {
      const by = state.approvals.get(ModelPackage.ModelPackageArn.toLowerCase());
      assert.deepEqual(told(ApprovalSetBy), by);
    }
  }
}

test('as of each entry and each moment, everything is told as it was answered then', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 45 }), async (steps) => {
      const app = await TestApp.start();
      try {
        const states = [await look(app, new Map())];
        for (const one of steps) {
          app.clock.advance(one.pause);
          await app.send(one.operation, one.input);
          const before = states.at(-1)!;
          const after = await look(app, before.approvals);
          approved(before, after, one);
          states.push(after);
        }
        for (const [index, state] of states.entries()) {
          if (state.sequence === 0) continue;
          const isLastOfIts = (what: 'sequence' | 'time') =>
            state[what] !== states[index + 1]?.[what];
          if (isLastOfIts('sequence')) {
            await assertTold(app, state, { AsOfSequence: state.sequence });
          }
          if (isLastOfIts('time')) await assertTold(app, state, { AsOfTime: state.time / 1000 });
        }
      } finally {
        await app.close();
      }
    }),
    { numRuns: 4 },
  );
});
