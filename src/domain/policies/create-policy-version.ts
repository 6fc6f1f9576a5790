import { CreatePolicyVersion } from '../../contracts/iam.gen.ts';
import { limits } from '../../kernel/limits.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { parsePolicy } from '../access/parse-policy.ts';
import { operation } from '../operation.ts';
import { checkPolicyArn, policyVersionView, versionId } from './policy.ts';
import { savePolicy } from './policy-store.ts';
import { targetOwnPolicy } from './policy-target.ts';
import { insertVersion, listVersions } from './policy-version-store.ts';

const tooMany =
  `A managed policy can have up to ${limits.versionsPerPolicyMax} versions. ` +
  'Before you create a new version, you must delete an existing version.';

/** Adds a version to a managed policy; it is in force once it is the default. */
export const createPolicyVersion = operation(CreatePolicyVersion, {
  effect: 'write',
  resource: (input) => input.PolicyArn,
  find: (input, context) => targetOwnPolicy(context, input.PolicyArn),
  check(input) {
    checkPolicyArn(input);
    parsePolicy(input.PolicyDocument, 'managed');
  },
  async run(input, { tx, call, journal, found: policy }) {
    const { PolicyArn, PolicyDocument: document, SetAsDefault = false } = input;
    if ((await listVersions(tx, policy)).length >= limits.versionsPerPolicyMax) {
      throw new Refusal('limit', tooMany);
    }
    const version = policy.last_version + 1;
    const defaultVersion = SetAsDefault ? version : policy.default_version;
    const { account_id, id: policy_id } = policy;
    const row = { account_id, policy_id, version, created_at: call.now, document };
    await insertVersion(tx, row);
    await savePolicy(tx, {
      ...policy,
      last_version: version,
      default_version: defaultVersion,
      updated_at: call.now,
    });
    journal.record({
      resourceArn: PolicyArn,
      before: { DefaultVersionId: versionId(policy.default_version) },
      after: { VersionId: versionId(version), DefaultVersionId: versionId(defaultVersion) },
    });
    return { PolicyVersion: policyVersionView(row, defaultVersion) };
  },
});
