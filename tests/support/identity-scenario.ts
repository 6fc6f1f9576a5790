/** Users, roles and sessions for scenarios about who may do what. */
import type { SigningCredentials } from '../../src/server/sigv4-sign.ts';
import { identityOk } from './identity-calls.ts';
import type { CalledAs } from './identity-calls.ts';
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

interface MadeUser {
  User: { Arn: string; UserId: string };
}

/** Makes a user with an access key, and inline policies if any. */
export async function makeUser(
  app: TestApp,
  UserName: string,
  policy?: string,
  as: CalledAs = {},
): Promise<{ arn: string; id: string; credentials: SigningCredentials }> {
  const named = { UserName };
  const { User } = await identityOk<MadeUser>(app, 'CreateUser', named, as);
  const { AccessKey } = await identityOk<{
    AccessKey: { AccessKeyId: string; SecretAccessKey: string };
  }>(app, 'CreateAccessKey', named, as);
  if (policy !== undefined) await putPolicy(app, named, policy, as);
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
  if (policy !== undefined) await putPolicy(app, { RoleName }, policy);
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

/** Gives a user or a role an inline policy. */
export async function putPolicy(
  app: TestApp,
  owner: { UserName: string } | { RoleName: string },
  PolicyDocument: string,
  as: CalledAs = {},
): Promise<void> {
  const operation = 'UserName' in owner ? 'PutUserPolicy' : 'PutRolePolicy';
  await identityOk(app, operation, { ...owner, PolicyName: 'own', PolicyDocument }, as);
}

/** Makes a managed policy; its ARN. */
export async function makeManagedPolicy(
  app: TestApp,
  PolicyName: string,
  PolicyDocument: string,
): Promise<string> {
  const input = { PolicyName, PolicyDocument, Path: '/lab/' };
  const { Policy } = await identityOk<{ Policy: { Arn: string } }>(app, 'CreatePolicy', input);
  return Policy.Arn;
}
