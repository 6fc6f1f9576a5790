import { DeletePolicyVersion } from '../../contracts/iam.gen.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { operation } from '../operation.ts';
import { checkPolicyArn, missingVersion, versionId } from './policy.ts';
import { targetOwnPolicy } from './policy-target.ts';
import { listVersions, removeVersion } from './policy-version-store.ts';

/** Deletes a version of a managed policy that is not in force. */
export const deletePolicyVersion = operation(DeletePolicyVersion, {
  effect: 'write',
  resource: (input) => input.PolicyArn,
  find: (input, context) => targetOwnPolicy(context, input.PolicyArn),
  check: (input) => checkPolicyArn(input),
  async run({ PolicyArn, VersionId }, { tx, journal, found: policy }) {
    const versions = await listVersions(tx, policy);
    const gone = versions.find(({ version }) => versionId(version) === VersionId);
    if (!gone) throw missingVersion(PolicyArn, VersionId);
    if (gone.version === policy.default_version) {
      throw new Refusal('conflict', 'Cannot delete the default version of a policy.');
    }
    await removeVersion(tx, policy, gone.version);
    const before = { VersionId, Document: gone.document, CreateDate: gone.created_at };
    journal.record({ resourceArn: PolicyArn, before });
    return {};
  },
});
