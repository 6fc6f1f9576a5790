import type { Tag } from '../../contracts/iam.gen.ts';
import { parseArn } from '../../kernel/arn.ts';
import type { Target } from '../access/target.ts';
import { targetIamGroup } from '../groups/group-target.ts';
import type { FindContext } from '../operation.ts';
import { groupPolicies, rolePolicies, userPolicies } from '../policies/policies-in-force-store.ts';
import { targetRole } from '../roles/role-target.ts';
import { targetUser } from '../users/user-target.ts';
import { userPrincipal } from '../users/user.ts';
import { invalidInput } from './context-entries.ts';
import type { SimulatedCaller } from './simulated-policies.ts';

/** The user, group or role whose policies are asked about, as somebody who would call. */
export async function targetPolicySource(
  context: FindContext,
  arn: string,
): Promise<Target<SimulatedCaller>> {
  const { tx, call } = context;
  const { partition } = call;
  const parsed = parseArn(arn);
  const [kind, ...path] = parsed?.service === 'iam' ? parsed.resource.split('/') : [];
  const name = path.at(-1) ?? '';
  if (!parsed || parsed.accountId !== call.accountId) return { arn, missing: notSource(arn) };
  if (kind === 'user') {
    const target = await targetUser(context, name);
    if ('missing' in target) return target;
    const principal = userPrincipal(target.found, partition);
    const policies = await userPolicies(tx, target.found, partition);
    return { ...target, found: { principal, policies } };
  }
  const nobody = { accountId: call.accountId, principalId: '', tags: new Map<string, string>() };
  if (kind === 'group') {
    const target = await targetIamGroup(context, name);
    if ('missing' in target) return target;
    const policies = await groupPolicies(tx, target.found, partition);
    return { ...target, found: { principal: { ...nobody, type: 'User', arn: '' }, policies } };
  }
  if (kind !== 'role') return { arn, missing: notSource(arn) };
  const target = await targetRole(context, name);
  if ('missing' in target) return target;
  const policies = await rolePolicies(tx, target.found, partition);
  const roleArn = target.arn;
  const session = roleArn
    .replace(':iam:', ':sts:')
    .replace(/:role\/.*$/, `:assumed-role/${name}/simulation`);
  const roleTags = JSON.parse(target.found.tags) as Tag[];
  const tags = new Map(roleTags.map(({ Key, Value }) => [Key, Value]));
  const principal = { ...nobody, type: 'AssumedRole' as const, arn: session, roleArn, tags };
  return { ...target, found: { principal, policies } };
}

function notSource(arn: string) {
  return invalidInput(`'${arn}' is not the ARN of a user, a group or a role of the account.`);
}
