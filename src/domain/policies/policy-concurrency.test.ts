import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identityOk, identityRefused, policyOf } from '../../../tests/support/identity-calls.ts';
import { describing } from '../../../tests/support/policy-holders.ts';
import { rowsOf, startApp } from '../../../tests/support/scenario.ts';
import { testAccount } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';

const PolicyArn = `arn:aws:iam::${testAccount}:policy/Read`;
const PolicyDocument = policyOf(describing);
const create = { PolicyName: 'Read', PolicyDocument };

/** Whether a call was carried out; it may have lost to the one beside it. */
async function succeeded(
  app: TestApp,
  operation: string,
  input: Record<string, string>,
): Promise<boolean> {
  const fields = Object.entries({ Action: operation, Version: '2010-05-08', ...input });
  const form = fields.map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const signedAs = { region: 'us-east-1', service: 'iam' };
  const { status, body } = await app.sendForm(form.join('&'), signedAs);
  assert.ok(status === 200 || status === 404 || status === 409, body);
  return status === 200;
}

test('versions that are made at once are numbered without a gap, up to five', async (t) => {
  const app = await startApp(t);
  const other = await app.beside({});
  await identityOk(app, 'CreatePolicy', create);
  const made = await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      succeeded(n % 2 === 0 ? app : other, 'CreatePolicyVersion', { PolicyArn, PolicyDocument }),
    ),
  );
  assert.equal(made.filter(Boolean).length, 4);
  const versions = (await rowsOf(app, 'iam_policy_version')).map(({ version }) => version);
  assert.deepEqual(
    versions.toSorted((one, two) => Number(one) - Number(two)),
    [1, 2, 3, 4, 5],
  );
});

test('a policy is attached or deleted, never both', async (t) => {
  const app = await startApp(t);
  const other = await app.beside({});
  await identityOk(app, 'CreateUser', { UserName: 'ana' });
  const uses = [
    ['AttachUserPolicy', 'DetachUserPolicy', { UserName: 'ana', PolicyArn }],
    [
      ...(['PutUserPermissionsBoundary', 'DeleteUserPermissionsBoundary'] as const),
      { UserName: 'ana', PermissionsBoundary: PolicyArn },
    ],
  ] as const;
  for (let round = 0; round < 12; round += 1) {
    const [use, stopUsing, input] = uses[round % 2]!;
    await identityOk(app, 'CreatePolicy', create);
    const calls = [
      () => succeeded(app, use, input),
      () => succeeded(other, 'DeletePolicy', { PolicyArn }),
    ];
    const order = round % 4 < 2 ? calls : calls.toReversed();
    const outcomes = await Promise.all(order.map((call) => call()));
    const [isUsed, isDeleted] = round % 4 < 2 ? outcomes : outcomes.toReversed();
    assert.notEqual(isUsed, isDeleted, `round ${round}`);
    if (isDeleted) continue;
    assert.equal((await identityRefused(app, 'DeletePolicy', { PolicyArn })).status, 409);
    const { UserName } = input;
    await identityOk(app, stopUsing, { UserName, ...(round % 2 === 0 && { PolicyArn }) });
    await identityOk(app, 'DeletePolicy', { PolicyArn });
  }
});

test('inline policies that are put at once keep to the quota of their user', async (t) => {
  const app = await startApp(t);
  const other = await app.beside({});
  await identityOk(app, 'CreateUser', { UserName: 'ana' });
  const PolicyDocument = policyOf({ ...describing, Sid: 'a'.repeat(500) });
  const put = await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      succeeded(n % 2 === 0 ? app : other, 'PutUserPolicy', {
        ...{ UserName: 'ana', PolicyName: `p${n}`, PolicyDocument },
      }),
    ),
  );
  assert.equal(put.filter(Boolean).length, 3);
  assert.equal((await rowsOf(app, 'iam_inline_policy')).length, 3);
});
