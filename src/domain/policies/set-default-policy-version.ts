import { SetDefaultPolicyVersion } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { checkPolicyArn, missingVersion, versionId } from './policy.ts';
import { savePolicy } from './policy-store.ts';
import { targetOwnPolicy } from './policy-target.ts';
import { listVersions } from './policy-version-store.ts';

/** Brings a version into force wherever its policy is attached. */
export const setDefaultPolicyVersion = operation(SetDefaultPolicyVersion, {
  effect: 'write',
  resource: (input) => input.PolicyArn,
  find: (input, context) => targetOwnPolicy(context, input.PolicyArn),
  check: (input) => checkPolicyArn(input),
  async run({ PolicyArn, VersionId }, { tx, journal, found: policy }) {
    const versions = await listVersions(tx, policy);
    const next = versions.find(({ version }) => versionId(version) === VersionId);
    if (!next) throw missingVersion(PolicyArn, VersionId);
    if (next.version === policy.default_version) {
      journal.unchanged();
      return {};
    }
    await savePolicy(tx, { ...policy, default_version: next.version });
    journal.record({
      resourceArn: PolicyArn,
      before: { DefaultVersionId: versionId(policy.default_version) },
      after: { DefaultVersionId: VersionId },
    });
    return {};
  },
});
