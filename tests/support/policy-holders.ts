/** A user, a group and a role, as what policies are put into and attached to. */
import type { TestContext } from 'node:test';
import { identityOk } from './identity-calls.ts';
import { trusting } from './identity-scenario.ts';
import { newEntries, startApp } from './scenario.ts';
import { testAccount } from './test-app.ts';
import type { TestApp } from './test-app.ts';

/** A statement that allows to describe whatever there is. */
export const describing = { Effect: 'Allow', Action: 'sagemaker:Describe*', Resource: '*' };

const arnOf = (resource: string) => `arn:aws:iam::${testAccount}:${resource}`;

/** The holders that `startWithHolders` makes, each as calls name it. */
export const holders = [
  { noun: 'User', named: { UserName: 'ana' }, most: 2_048, arn: arnOf('user/lab/ana') },
  { noun: 'Group', named: { GroupName: 'risk' }, most: 5_120, arn: arnOf('group/lab/risk') },
  { noun: 'Role', named: { RoleName: 'deploy' }, most: 10_240, arn: arnOf('role/lab/deploy') },
] as const;

/** The product with the user ana, the group risk and the role deploy, all under /lab/. */
export async function startWithHolders(t: TestContext): Promise<TestApp> {
  const app = await startApp(t);
  await identityOk(app, 'CreateUser', { UserName: 'ana', Path: '/lab/' });
  await identityOk(app, 'CreateGroup', { GroupName: 'risk', Path: '/lab/' });
  const AssumeRolePolicyDocument = trusting(testAccount);
  await identityOk(app, 'CreateRole', {
    RoleName: 'deploy',
    Path: '/lab/',
    AssumeRolePolicyDocument,
  });
  await newEntries(app);
  return app;
}
