import { PutGroupPolicy, PutRolePolicy, PutUserPolicy } from '../../contracts/iam.gen.ts';
import type { OperationContract } from '../../contracts/contract.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { parsePolicy, policyCharacters } from '../access/parse-policy.ts';
import { nothing, operation } from '../operation.ts';
import type { AnyOperation } from '../operation.ts';
import { nameKey } from '../resource-reference.ts';
import { listInlinePolicies, saveInlinePolicy } from './inline-policy-store.ts';
import { ofGroup, ofRole, ofUser } from './policy-holder.ts';
import type { HolderKind } from './policy-holder.ts';

interface InlinePolicyInput {
  readonly PolicyName: string;
  readonly PolicyDocument: string;
}

/** Puts a policy into its holder, in the place of one of its name. */
function putPolicy<Named>(
  contract: OperationContract<NoInfer<Named> & InlinePolicyInput, typeof nothing>,
  kind: HolderKind<Named>,
): AnyOperation {
  return operation(contract, {
    effect: 'write',
    resource: (input, call) => kind.resource(input, call),
    find: (input, context) => kind.find(input, context),
    check: ({ PolicyDocument }) => void parsePolicy(PolicyDocument, 'inline'),
    async run({ PolicyName: name, PolicyDocument: document }, { tx, journal, found: holder }) {
      const policies = await listInlinePolicies(tx, holder);
      const before = policies.find((policy) => policy.name_key === nameKey(name));
      if (before?.name === name && before.document === document) {
        journal.unchanged();
        return nothing;
      }
      const others = policies.filter((policy) => policy !== before);
      const documents = [document, ...others.map((policy) => policy.document)];
      const most = kind.inlineCharactersMax;
      if (documents.reduce((sum, text) => sum + policyCharacters(text), 0) > most) {
        const whose = `${kind.noun} ${holder.name}`;
        throw new Refusal('limit', `Maximum policy size of ${most} bytes exceeded for ${whose}`);
      }
      await saveInlinePolicy(tx, holder, { name, document });
      journal.record({
        resourceArn: holder.arn,
        ...(before && { before: { PolicyName: before.name, PolicyDocument: before.document } }),
        after: { PolicyName: name, PolicyDocument: document },
      });
      return nothing;
    },
  });
}

/** Puts a policy into a user. */
export const putUserPolicy = putPolicy(PutUserPolicy, ofUser);

/** Puts a policy into a group, for all who are in it. */
export const putGroupPolicy = putPolicy(PutGroupPolicy, ofGroup);

/** Puts a policy into a role. */
export const putRolePolicy = putPolicy(PutRolePolicy, ofRole);
