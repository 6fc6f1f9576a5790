import { DeletePolicy } from '../../contracts/iam.gen.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { operation } from '../operation.ts';
import { checkPolicyArn, ownPolicy, policyDetails, versionId } from './policy.ts';
import { removePolicy } from './policy-store.ts';
import { targetOwnPolicy } from './policy-target.ts';
import { countUses } from './policy-use-store.ts';
import { listVersions, removeVersion } from './policy-version-store.ts';

const attached = 'Cannot delete a policy attached to entities.';
const otherVersions =
  'This policy has more than one version. Before you delete a policy, you must delete the ' +
  "policy's versions. The default version is deleted with the policy.";

/** Deletes a managed policy that nobody has, and that has only its default version left. */
export const deletePolicy = operation(DeletePolicy, {
  effect: 'write',
  resource: (input) => input.PolicyArn,
  find: (input, context) => targetOwnPolicy(context, input.PolicyArn),
  check: (input) => checkPolicyArn(input),
  async run(input, { tx, call, journal, found: row }) {
    const uses = (await countUses(tx, call.accountId, [row.id])).get(row.id)!;
    if (uses.attached > 0 || uses.asBoundary > 0) throw new Refusal('conflict', attached);
    const [version, ...others] = await listVersions(tx, row);
    if (others.length > 0) throw new Refusal('conflict', otherVersions);
    await removeVersion(tx, row, version!.version);
    await removePolicy(tx, row);
    journal.record({
      resourceArn: input.PolicyArn,
      before: {
        PolicyId: row.id,
        Path: row.path,
        CreateDate: row.created_at,
        ...policyDetails(ownPolicy(row, call.partition)),
        DefaultVersionId: versionId(row.default_version),
        Document: version!.document,
      },
    });
    return {};
  },
});
