import { UpdateAssumeRolePolicy } from '../../contracts/iam.gen.ts';
import { parsePolicy } from '../access/parse-policy.ts';
import { nothing, operation } from '../operation.ts';
import { keepTrustPolicy } from '../policies/policy-principals-store.ts';
import { changeRole } from './change-role.ts';
import { namedRoleArn } from './role.ts';
import { targetRole } from './role-target.ts';

/** Says anew who may assume a role; sessions that exist stay. */
export const updateAssumeRolePolicy = operation(UpdateAssumeRolePolicy, {
  effect: 'write',
  resource: (input, call) => namedRoleArn(input.RoleName, call),
  find: (input, context) => targetRole(context, input.RoleName),
  check({ PolicyDocument: document }) {
    parsePolicy(document, 'trust');
  },
  async run({ PolicyDocument: document }, context) {
    const { tx, call, found } = context;
    const trustPolicy = await keepTrustPolicy(tx, call, document);
    await changeRole(context, found, { trust_policy: trustPolicy });
    return nothing;
  },
});
