import { signRequest } from '../src/server/sigv4-sign.ts';
import type { SigningCredentials } from '../src/server/sigv4-sign.ts';
import { scope } from './population.ts';
import { rootKey } from './signed-request.ts';
import { fiftyPolicies } from './team-policies.ts';

const userName = 'team-member';
const policiesPerGroup = 5;

/**
 * Creates a user on a server, by IAM as anybody would: it is in ten groups, to each of which five
 * managed policies are attached, so that fifty policies of twenty statements are in force for it.
 */
export async function createTeamMember(port: number): Promise<SigningCredentials> {
  const iam = (action: string, parameters: Record<string, string>): Promise<string> =>
    callIam(port, { Action: action, Version: '2010-05-08', ...parameters });
  await iam('CreateUser', { UserName: userName });
  for (const [index, document] of fiftyPolicies(scope).entries()) {
    const group = `group-${Math.floor(index / policiesPerGroup)}`;
    if (index % policiesPerGroup === 0) {
      await iam('CreateGroup', { GroupName: group });
      await iam('AddUserToGroup', { GroupName: group, UserName: userName });
    }
    const policy = { PolicyName: `policy-${index}`, PolicyDocument: document };
    const created = await iam('CreatePolicy', policy);
    const attachment = { GroupName: group, PolicyArn: textOf(created, 'Arn') };
    await iam('AttachGroupPolicy', attachment);
  }
  const key = await iam('CreateAccessKey', { UserName: userName });
  return {
    accessKeyId: textOf(key, 'AccessKeyId'),
    secretAccessKey: textOf(key, 'SecretAccessKey'),
  };
}

async function callIam(port: number, parameters: Record<string, string>): Promise<string> {
  const body = Buffer.from(new URLSearchParams(parameters).toString());
  const host = `127.0.0.1:${port}`;
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded', Host: host };
  const signature = signRequest({
    method: 'POST',
    path: '/',
    query: '',
    headers,
    body,
    credentials: rootKey,
    region: scope.region,
    service: 'iam',
    now: Date.now(),
  });
  const answer = await fetch(`http://${host}/`, {
    method: 'POST',
    headers: { ...headers, ...signature },
    body,
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${parameters['Action']} answered ${answer.status}: ${text}`);
  return text;
}

function textOf(xml: string, element: string): string {
  const found = new RegExp(`<${element}>([^<]+)</${element}>`).exec(xml)?.[1];
  if (found === undefined) throw new Error(`There is no ${element} in ${xml}`);
  return found;
}
