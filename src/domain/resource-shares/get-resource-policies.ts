import { GetResourcePolicies } from '../../contracts/ram.gen.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { parseArn } from '../../kernel/arn.ts';
import { echo } from '../../contracts/validate.ts';
import { accountsNamed } from '../model-package-groups/model-package-group-policy.ts';
import { findGroup } from '../model-package-groups/model-package-group-store.ts';
import { operation } from '../operation.ts';
import { accountOfPrincipal } from './resource-share.ts';
import { malformedArn } from './resource-share-refusals.ts';
import { pageOfNames, sharePage } from './share-page.ts';

/** Tells the policies that shares of the caller's groups amount to. */
export const getResourcePolicies = operation(GetResourcePolicies, {
  effect: 'read',
  resource: () => '*',
  async run(input, { tx, call }) {
    const { principal } = input;
    const accountId = principal === undefined ? undefined : accountOfPrincipal(principal, call);
    const policies: { name: string; text: string }[] = [];
    for (const name of new Set(input.resourceArns)) {
      const arn = parseArn(name);
      if (!arn) throw malformedArn(name);
      const group = /^model-package-group\/[^/]+$/.test(arn.resource)
        ? await findGroup(tx, call, arn.resource.slice('model-package-group/'.length))
        : undefined;
      if (!group || arn.accountId !== call.accountId || arn.region !== call.region) {
        const code = 'ResourceArnNotFoundException';
        throw new Refusal('missing', `The resource ${echo(name)} could not be found.`, { code });
      }
      const { share_policy: text } = group;
      if (text === null) continue;
      if (accountId !== undefined && !accountsNamed(text, call.accountId).includes(accountId))
        continue;
      policies.push({ name, text });
    }
    policies.sort((one, other) => (one.name < other.name ? -1 : 1));
    const { rows, rest } = await sharePage(input, call, pageOfNames(policies));
    return { policies: rows.map(({ text }) => text), ...rest };
  },
});
