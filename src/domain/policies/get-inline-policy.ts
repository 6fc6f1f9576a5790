import { GetGroupPolicy, GetRolePolicy, GetUserPolicy } from '../../contracts/iam.gen.ts';
import type { OperationContract } from '../../contracts/contract.ts';
import { operation } from '../operation.ts';
import type { AnyOperation } from '../operation.ts';
import { requireInline } from './inline-policy.ts';
import { listInlinePolicies } from './inline-policy-store.ts';
import { encodeDocument } from './policy.ts';
import { ofGroup, ofRole, ofUser } from './policy-holder.ts';
import type { HolderKind } from './policy-holder.ts';

interface PolicyNamed {
  readonly PolicyName: string;
}

function getPolicyOf<Named>(
  contract: OperationContract<
    NoInfer<Named> & PolicyNamed,
    NoInfer<Named> & PolicyNamed & { PolicyDocument: string }
  >,
  kind: HolderKind<Named>,
): AnyOperation {
  return operation(contract, {
    effect: 'read',
    resource: (input, call) => kind.resource(input, call),
    find: (input, context) => kind.find(input, context),
    async run({ PolicyName }, { tx, found: holder }) {
      const policy = requireInline(await listInlinePolicies(tx, holder), PolicyName, kind);
      return {
        ...kind.named(holder),
        PolicyName: policy.name,
        PolicyDocument: encodeDocument(policy.document),
      };
    },
  });
}

/** Shows a policy of a user. */
export const getUserPolicy = getPolicyOf(GetUserPolicy, ofUser);

/** Shows a policy of a group. */
export const getGroupPolicy = getPolicyOf(GetGroupPolicy, ofGroup);

/** Shows a policy of a role. */
export const getRolePolicy = getPolicyOf(GetRolePolicy, ofRole);
