import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  identityOk,
  identityRefused,
  policyOf,
  readDocument,
} from '../../../tests/support/identity-calls.ts';
import { describing, holders, startWithHolders } from '../../../tests/support/policy-holders.ts';
import { newEntries, rowsOf } from '../../../tests/support/scenario.ts';

type Json = Record<string, unknown>;

const PolicyDocument = policyOf(describing);

for (const { noun, named, most, arn: resource } of holders) {
  const [name] = Object.values(named);
  const kind = noun.toLowerCase();

  test(`a ${kind}'s policy is put, shown, listed, replaced and deleted`, async (t) => {
    const app = await startWithHolders(t);
    const policy = { ...named, PolicyName: 'Read', PolicyDocument };
    assert.equal(await identityOk(app, `Put${noun}Policy`, policy), undefined);
    const shown = await identityOk(app, `Get${noun}Policy`, { ...named, PolicyName: 'read' });
    assert.deepEqual(readDocument(shown['PolicyDocument']), {
      Version: '2012-10-17',
      Statement: [describing],
    });
    assert.deepEqual({ ...shown, PolicyDocument: '' }, { ...policy, PolicyDocument: '' });
    await identityOk(app, `Put${noun}Policy`, policy);
    const other = policyOf({ ...describing, Effect: 'Deny' });
    await identityOk(app, `Put${noun}Policy`, {
      ...named,
      PolicyName: 'READ',
      PolicyDocument: other,
    });
    await identityOk(app, `Put${noun}Policy`, { ...policy, PolicyName: 'Zoo' });
    const list = `List${noun}Policies`;
    const first = await identityOk(app, list, { ...named, MaxItems: 1 });
    assert.deepEqual([first['PolicyNames'], first['IsTruncated']], [['READ'], true]);
    const { Marker } = first;
    const last = await identityOk(app, list, { ...named, MaxItems: 1, Marker });
    assert.deepEqual(last, { PolicyNames: ['Zoo'], IsTruncated: false });
    await identityOk(app, `Delete${noun}Policy`, { ...named, PolicyName: 'zoo' });
    assert.deepEqual(await identityOk(app, list, named), {
      PolicyNames: ['READ'],
      IsTruncated: false,
    });
    const entries = await newEntries(app);
    assert.deepEqual(
      entries.map((entry) => [entry.operation, entry.resource, entry.before, entry.after]),
      [
        [`Put${noun}Policy`, resource, undefined, { PolicyName: 'Read', PolicyDocument }],
        [
          `Put${noun}Policy`,
          resource,
          { PolicyName: 'Read', PolicyDocument },
          { PolicyName: 'READ', PolicyDocument: other },
        ],
        [`Put${noun}Policy`, resource, undefined, { PolicyName: 'Zoo', PolicyDocument }],
        [`Delete${noun}Policy`, resource, { PolicyName: 'Zoo', PolicyDocument }, undefined],
      ],
    );
  });

  test(`the policies of a ${kind} share a quota, white space apart`, async (t) => {
    const app = await startWithHolders(t);
    /** A policy of so many characters besides white space. */
    const sized = (characters: number): string => {
      const bare = policyOf({ ...describing, Sid: '' });
      const Sid = 'a'.repeat(characters - bare.length);
      return policyOf({ ...describing, Sid }).replaceAll(',', ' , \n');
    };
    const put = (PolicyName: string, characters: number): Json => ({
      ...{ ...named, PolicyName, PolicyDocument: sized(characters) },
    });
    await identityOk(app, `Put${noun}Policy`, put('one', most - 500));
    await identityOk(app, `Put${noun}Policy`, put('two', 500));
    const rows = await rowsOf(app, 'iam_inline_policy');
    await newEntries(app);
    const message = `Maximum policy size of ${most} bytes exceeded for ${kind} ${name}`;
    const expected = { status: 409, code: 'LimitExceeded', message };
    assert.deepEqual(await identityRefused(app, `Put${noun}Policy`, put('two', 501)), expected);
    assert.deepEqual(await rowsOf(app, 'iam_inline_policy'), rows);
    const [entry] = await newEntries(app);
    assert.equal(entry?.error, `LimitExceeded: ${message}`);
    await identityOk(app, `Put${noun}Policy`, put('one', most - 501));
    await identityOk(app, `Put${noun}Policy`, put('two', 501));
  });

  describe(`is refused for a ${kind}`, () => {
    const [member] = Object.keys(named);
    const nobody = { [member!]: 'x' };
    const missing = (message: string) => ({ status: 404, code: 'NoSuchEntity', message });
    const noHolder = missing(`The ${kind} with name x cannot be found.`);
    const noPolicy = missing(`The ${kind} policy with name x cannot be found.`);
    const malformed = (message: string) => ({
      ...{ status: 400, code: 'MalformedPolicyDocument', message },
    });
    const cases: [operation: string, input: Json, expected: typeof noHolder][] = [
      [`Put${noun}Policy`, { ...nobody, PolicyName: 'p', PolicyDocument }, noHolder],
      [`Get${noun}Policy`, { ...nobody, PolicyName: 'p' }, noHolder],
      [`Get${noun}Policy`, { ...named, PolicyName: 'x' }, noPolicy],
      [`Delete${noun}Policy`, { ...named, PolicyName: 'x' }, noPolicy],
      [`List${noun}Policies`, nobody, noHolder],
      [
        `Put${noun}Policy`,
        { ...named, PolicyName: 'p', PolicyDocument: '{' },
        malformed('This policy contains invalid Json'),
      ],
      [
        `Put${noun}Policy`,
        {
          ...{ ...named, PolicyName: 'p' },
          PolicyDocument: policyOf({ ...describing, Principal: '*' }),
        },
        malformed('Policy document should not specify a principal.'),
      ],
    ];
    for (const [operation, input, expected] of cases) {
      test(`${operation} ${JSON.stringify(input).slice(0, 70)}`, async (t) => {
        const app = await startWithHolders(t);
        assert.deepEqual(await identityRefused(app, operation, input), expected);
        assert.deepEqual(await rowsOf(app, 'iam_inline_policy'), []);
        const told = (await newEntries(app)).map((entry) => [entry.operation, entry.error]);
        assert.deepEqual(told, [[operation, `${expected.code}: ${expected.message}`]]);
      });
    }
  });
}

for (const { noun, named } of holders) {
  test(`a ${noun.toLowerCase()} that has a policy cannot be deleted`, async (t) => {
    const app = await startWithHolders(t);
    await identityOk(app, `Put${noun}Policy`, { ...named, PolicyName: 'p', PolicyDocument });
    assert.deepEqual(await identityRefused(app, `Delete${noun}`, named), {
      status: 409,
      code: 'DeleteConflict',
      message: 'Cannot delete entity, must delete policies first.',
    });
    await identityOk(app, `Delete${noun}Policy`, { ...named, PolicyName: 'p' });
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await identityOk(app, `Attach${noun}Policy`, { ...named, PolicyArn });
    assert.deepEqual(await identityRefused(app, `Delete${noun}`, named), {
      status: 409,
      code: 'DeleteConflict',
      message: 'Cannot delete entity, must detach all policies first.',
    });
    await identityOk(app, `Detach${noun}Policy`, { ...named, PolicyArn });
    await identityOk(app, `Delete${noun}`, named);
  });
}

test('whatever a document holds comes back as it was, percent-encoded', async (t) => {
  const app = await startWithHolders(t);
  const text = `{ "Version": "2012-10-17",\r\n\t"Statement": { "Effect": "Allow",
    "Action": "s3:*", "Resource": "arn:aws:s3:::a+b%20 ü!'()*~<&>/\${*}" } }`;
  const named = { UserName: 'ana', PolicyName: 'p' };
  await identityOk(app, 'PutUserPolicy', { ...named, PolicyDocument: text });
  const shown = await identityOk(app, 'GetUserPolicy', named);
  assert.equal(decodeURIComponent(String(shown['PolicyDocument'])), text);
  assert.match(String(shown['PolicyDocument']), /a%2Bb%2520%20%C3%BC%21%27%28%29%2A~%3C/);
});
