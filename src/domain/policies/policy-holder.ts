import { limits } from '../../kernel/limits.ts';
import type { Target } from '../access/target.ts';
import type { Call } from '../call.ts';
import { namedGroupArn } from '../groups/group.ts';
import { targetIamGroup } from '../groups/group-target.ts';
import type { FindContext } from '../operation.ts';
import { namedRoleArn } from '../roles/role.ts';
import { namedUserArn } from '../users/user.ts';
import { targetUser } from '../users/user-target.ts';
import { targetRole } from '../roles/role-target.ts';

/** A user, a group or a role, as that which policies are put into and attached to. */
export interface PolicyHolder {
  readonly accountId: string;
  readonly id: string;
  readonly name: string;
  readonly arn: string;
}

/** What kind of holder an operation is about: three operations differ in nothing else. */
export interface HolderKind<Named> {
  /** As messages and quotas name it. */
  readonly noun: 'user' | 'group' | 'role';
  /** The characters of all its inline policies together, white space apart. */
  readonly inlineCharactersMax: number;
  /** The ARN that is asked about before the holder is looked for. */
  resource(input: Named, call: Call): string;
  find(input: Named, context: FindContext): Promise<Target<PolicyHolder>>;
  /** The member that names it in answers. */
  named(holder: PolicyHolder): Named;
}

/** Operations about users. */
export const ofUser: HolderKind<{ UserName: string }> = {
  noun: 'user',
  inlineCharactersMax: limits.userInlineCharactersMax,
  resource: (input, call) => namedUserArn(input.UserName, call),
  find: async (input, context) => held(await targetUser(context, input.UserName)),
  named: ({ name }) => ({ UserName: name }),
};

/** Operations about groups. */
export const ofGroup: HolderKind<{ GroupName: string }> = {
  noun: 'group',
  inlineCharactersMax: limits.groupInlineCharactersMax,
  resource: (input, call) => namedGroupArn(input.GroupName, call),
  find: async (input, context) => held(await targetIamGroup(context, input.GroupName)),
  named: ({ name }) => ({ GroupName: name }),
};

/** Operations about roles. */
export const ofRole: HolderKind<{ RoleName: string }> = {
  noun: 'role',
  inlineCharactersMax: limits.roleInlineCharactersMax,
  resource: (input, call) => namedRoleArn(input.RoleName, call),
  find: async (input, context) => held(await targetRole(context, input.RoleName)),
  named: ({ name }) => ({ RoleName: name }),
};

interface HolderRow {
  readonly account_id: string;
  readonly id: string;
  readonly name: string;
}

function held(target: Target<HolderRow>): Target<PolicyHolder> {
  if ('missing' in target) return target;
  const { account_id: accountId, id, name } = target.found;
  return { ...target, found: { accountId, id, name, arn: target.arn } };
}
