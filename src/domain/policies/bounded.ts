import type { Target } from '../access/target.ts';
import type { Call } from '../call.ts';
import type { FindContext } from '../operation.ts';
import { namedRoleArn } from '../roles/role.ts';
import { saveRole } from '../roles/role-store.ts';
import { namedUserArn } from '../users/user.ts';
import { saveUser } from '../users/user-store.ts';
import { targetUser } from '../users/user-target.ts';
import { targetRole } from '../roles/role-target.ts';

/** A user or a role, as that which can have a permissions boundary. */
export interface Bounded {
  readonly arn: string;
  readonly account_id: string;
  readonly boundary_policy_id: string | null;
  /** Keeps another boundary, or none. */
  save(tx: FindContext['tx'], boundaryPolicyId: string | null): Promise<void>;
}

/** What kind of thing an operation bounds: two operations differ in nothing else. */
export interface BoundedKind<Named> {
  /** The ARN that is asked about before it is looked for. */
  resource(input: Named, call: Call): string;
  find(input: Named, context: FindContext): Promise<Target<Bounded>>;
}

/** Operations about users. */
export const boundedUser: BoundedKind<{ UserName: string }> = {
  resource: (input, call) => namedUserArn(input.UserName, call),
  find: async (input, context) =>
    bounded(await targetUser(context, input.UserName), (tx, row) => saveUser(tx, row)),
};

/** Operations about roles. */
export const boundedRole: BoundedKind<{ RoleName: string }> = {
  resource: (input, call) => namedRoleArn(input.RoleName, call),
  find: async (input, context) =>
    bounded(await targetRole(context, input.RoleName), (tx, row) => saveRole(tx, row)),
};

function bounded<Row extends Pick<Bounded, 'account_id' | 'boundary_policy_id'>>(
  target: Target<Row>,
  save: (tx: FindContext['tx'], row: Row) => Promise<void>,
): Target<Bounded> {
  if ('missing' in target) return target;
  const { account_id, boundary_policy_id } = target.found;
  const found = {
    arn: target.arn,
    account_id,
    boundary_policy_id,
    save: (tx: FindContext['tx'], id: string | null) =>
      save(tx, { ...target.found, boundary_policy_id: id }),
  };
  return { ...target, found };
}
