import { ListPolicyVersions } from '../../contracts/iam.gen.ts';
import { identityPage } from '../identity-page.ts';
import { operation } from '../operation.ts';
import { checkPolicyArn, policyVersionView } from './policy.ts';
import { targetPolicy } from './policy-target.ts';
import { listVersionsOf } from './policy-version-store.ts';

/** Lists a managed policy's versions without their documents, the newest first. */
export const listPolicyVersions = operation(ListPolicyVersions, {
  effect: 'read',
  resource: (input) => input.PolicyArn,
  find: (input, context) => targetPolicy(context, input.PolicyArn),
  check: (input) => checkPolicyArn(input),
  async run(input, { tx, call, found: policy }) {
    const versions = await listVersionsOf(tx, call.accountId, policy);
    const { items, rest } = await identityPage(
      input,
      call,
      (after, limit) =>
        versions.filter(({ version }) => after === '' || version < Number(after)).slice(0, limit),
      ({ version }) => String(version),
    );
    const views = items.map((version) => policyVersionView(version, policy.defaultVersion));
    return { Versions: views, ...rest };
  },
});
