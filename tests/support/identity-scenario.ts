/** Users, roles and sessions for scenarios about who may do what. */
import { newUniqueId } from '../../src/kernel/unique-id.ts';
import { countIdentityRevision } from '../../src/domain/access/identity-revision-store.ts';
import type { SigningCredentials } from '../../src/server/sigv4-sign.ts';
import { identityOk } from './identity-calls.ts';
import type { TestApp } from './test-app.ts';

type Json = Record<string, unknown>;

/** A policy of one statement. */
export function policyOf(statement: Json): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', ...statement } });
}

/** A policy that allows actions on everything. */
export function allowing(...Action: string[]): string {
  return policyOf({ Action, Resource: '*' });
}

/** A trust policy that lets principals make sessions, with all that belongs to it. */
export function trusting(AWS: string | string[], more: Json = {}): string {
  const Action = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];
  return policyOf({ Principal: { AWS }, Action, ...more });
}

/** Makes a user with an access key, and inline policies if any. */
export async function makeUser(
  app: TestApp,
  UserName: string,
  policy?: string,
): Promise<{ arn: string; id: string; credentials: SigningCredentials }> {
  const { User } = await identityOk<{ User: { Arn: string; UserId: string } }>(app, 'CreateUser', {
    UserName,
  });
  const { AccessKey } = await identityOk<{
    AccessKey: { AccessKeyId: string; SecretAccessKey: string };
  }>(app, 'CreateAccessKey', { UserName });
  if (policy !== undefined) await putPolicy(app, User.UserId, policy);
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } = AccessKey;
  return { arn: User.Arn, id: User.UserId, credentials: { accessKeyId, secretAccessKey } };
}

/** Makes a role, and inline policies if any. */
export async function makeRole(
  app: TestApp,
  RoleName: string,
  AssumeRolePolicyDocument: string,
  { policy, ...more }: { policy?: string } & Json = {},
): Promise<{ arn: string; id: string }> {
  const { Role } = await identityOk<{ Role: { Arn: string; RoleId: string } }>(app, 'CreateRole', {
    RoleName,
    AssumeRolePolicyDocument,
    ...more,
  });
  if (policy !== undefined) await putPolicy(app, Role.RoleId, policy);
  return { arn: Role.Arn, id: Role.RoleId };
}

/** A session's credentials. */
export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** What STS answers who asks for credentials. */
export interface SessionAnswer {
  Credentials: {
    AccessKeyId: string;
    SecretAccessKey: string;
    SessionToken: string;
    Expiration: string;
  };
}

/** The credentials in an answer, as requests are signed with them. */
export function credentialsOf({ Credentials: given }: SessionAnswer): SessionCredentials {
  return {
    accessKeyId: given.AccessKeyId,
    secretAccessKey: given.SecretAccessKey,
    sessionToken: given.SessionToken,
  };
}

/** The credentials of a new session of a role. */
export async function assume(
  app: TestApp,
  RoleArn: string,
  credentials: SigningCredentials,
  more: Json = {},
): Promise<SessionCredentials> {
  const input = { RoleArn, RoleSessionName: 'ci', ...more };
  return credentialsOf(await identityOk<SessionAnswer>(app, 'AssumeRole', input, { credentials }));
}

/** Gives a user or role an inline policy; servers have heard of it after a second. */
export async function putPolicy(
  app: TestApp,
  owner_id: string,
  document: string,
  account_id = '123456789012',
): Promise<void> {
  const name = newUniqueId('p', 8);
  const row = { account_id, owner_id, name_key: name.toLowerCase(), name, document };
  await app.database.write(async (tx) => {
    await tx.rows(tx.sql.insertInto('iam_inline_policy').values(row));
    await countIdentityRevision(tx);
  });
  app.clock.advance(1_000);
}

/** Makes a managed policy; its id. */
export async function makeManagedPolicy(
  app: TestApp,
  name: string,
  document: string,
): Promise<string> {
  const id = newUniqueId('ANPA', 21);
  const account_id = '123456789012';
  await app.database.write(async (tx) => {
    const at = { created_at: 0, updated_at: 0 };
    const names = { name, name_key: name.toLowerCase(), path: '/lab/', description: null };
    const policy = { account_id, id, ...names, ...at, default_version: 1, last_version: 1 };
    await tx.rows(tx.sql.insertInto('iam_policy').values({ ...policy, tags: '[]' }));
    const version = { account_id, policy_id: id, version: 1, created_at: 0, document };
    await tx.rows(tx.sql.insertInto('iam_policy_version').values(version));
  });
  return id;
}
