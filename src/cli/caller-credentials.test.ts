import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { findCredentials } from './caller-credentials.ts';
import { ConfigurationFailure } from './failure.ts';
import { testFolder } from './testing.ts';

const local = new URL('http://localhost:9700');
const remote = new URL('https://registry.example.com');

/** A home with a credentials file of two profiles, and a data folder with a root key. */
function surroundings(t: TestContext): { HOME: string; IMPRIMATUR_DATA_DIR: string } {
  const HOME = testFolder(t);
  const IMPRIMATUR_DATA_DIR = join(HOME, 'data');
  mkdirSync(join(HOME, '.aws'));
  mkdirSync(IMPRIMATUR_DATA_DIR);
  const key = (id: string): string =>
    `aws_access_key_id = ${id}\naws_secret_access_key=${id}-secret # not a comment\n`;
  writeFileSync(
    join(HOME, '.aws', 'credentials'),
    `# comment\n[default]\n${key('DEFAULT')}\n[ team ]\r\n${key('TEAM')}aws_session_token = TOKEN\n` +
      '[half]\naws_access_key_id = HALF\n',
  );
  const root = '[default]\naws_access_key_id = ROOT\naws_secret_access_key = root-secret\n';
  writeFileSync(join(IMPRIMATUR_DATA_DIR, 'credentials'), root);
  return { HOME, IMPRIMATUR_DATA_DIR };
}

const inEnvironment = { AWS_ACCESS_KEY_ID: 'ENV', AWS_SECRET_ACCESS_KEY: 'env-secret' };

test('the named profile, the environment, its profile, and the root key come in this order', (t) => {
  const at = surroundings(t);
  const whose = (options: object, environment: object): string =>
    findCredentials(options, local, { ...at, ...environment }).accessKeyId;
  assert.equal(whose({ profile: 'team' }, inEnvironment), 'TEAM');
  assert.equal(whose({}, { ...inEnvironment, AWS_PROFILE: 'team' }), 'ENV');
  assert.equal(whose({}, { AWS_PROFILE: 'team' }), 'TEAM');
  assert.equal(whose({}, {}), 'ROOT', 'the default profile is for AWS, unless it is pointed at');
  const file = join(at.HOME, '.aws', 'credentials');
  assert.equal(whose({}, { AWS_SHARED_CREDENTIALS_FILE: file }), 'DEFAULT');
  assert.equal(whose({}, { AWS_SHARED_CREDENTIALS_FILE: '/no/such/file' }), 'ROOT');
});

test('session tokens belong to their key', (t) => {
  const at = surroundings(t);
  const token = { ...inEnvironment, AWS_SESSION_TOKEN: 'TEMPORARY' };
  assert.equal(findCredentials({}, local, { ...at, ...token }).sessionToken, 'TEMPORARY');
  assert.equal(findCredentials({ profile: 'team' }, local, at).sessionToken, 'TOKEN');
  assert.equal(
    findCredentials({}, local, { ...at, AWS_SESSION_TOKEN: 'x' }).sessionToken,
    undefined,
  );
});

test('the root key is for this machine only', (t) => {
  const at = surroundings(t);
  assert.throws(
    () => findCredentials({}, remote, at),
    /No credentials for https:\/\/registry\.example/,
  );
  assert.equal(findCredentials({ profile: 'team' }, remote, at).accessKeyId, 'TEAM');
});

test('what is missing is said', (t) => {
  const at = surroundings(t);
  const slips: [object, object, RegExp][] = [
    [{ profile: 'none' }, {}, /The profile 'none' is not in .*\.aws\/credentials\./],
    [{ profile: 'half' }, {}, /The profile 'half' in .* lacks aws_access_key_id or aws_secret/],
    [{}, { AWS_ACCESS_KEY_ID: 'x' }, /AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY go together/],
    [{}, { AWS_PROFILE: 'x', AWS_SHARED_CREDENTIALS_FILE: at.HOME }, /cannot be read: EISDIR/],
    [
      {},
      { IMPRIMATUR_DATA_DIR: '/nowhere' },
      /there is no \/nowhere\/credentials\. Run this where/,
    ],
  ];
  for (const [options, environment, message] of slips) {
    assert.throws(
      () => findCredentials(options, local, { ...at, ...environment }),
      (error: Error) => error instanceof ConfigurationFailure && message.test(error.message),
    );
  }
});
