import { GetPolicyVersion } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import {
  checkPolicyArn,
  encodeDocument,
  missingVersion,
  policyVersionView,
  versionId,
} from './policy.ts';
import { targetPolicy } from './policy-target.ts';
import { listVersionsOf } from './policy-version-store.ts';

/** Shows a version of a managed policy with its document. */
export const getPolicyVersion = operation(GetPolicyVersion, {
  effect: 'read',
  resource: (input) => input.PolicyArn,
  find: (input, context) => targetPolicy(context, input.PolicyArn),
  check: (input) => checkPolicyArn(input),
  async run({ VersionId }, { tx, call, found: policy }) {
    const versions = await listVersionsOf(tx, call.accountId, policy);
    const version = versions.find((one) => versionId(one.version) === VersionId);
    if (!version) throw missingVersion(policy.arn, VersionId);
    const view = policyVersionView(version, policy.defaultVersion);
    return { PolicyVersion: { Document: encodeDocument(version.document), ...view } };
  },
});
