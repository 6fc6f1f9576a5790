import { CreatePolicy } from '../../contracts/iam.gen.ts';
import { limits } from '../../kernel/limits.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { newUniqueId } from '../../kernel/unique-id.ts';
import { parsePolicy } from '../access/parse-policy.ts';
import { operation } from '../operation.ts';
import { checkIdentityTags } from '../users/identity-tags.ts';
import { iamArn } from '../users/user.ts';
import { ownPolicy, policyView } from './policy.ts';
import { countPolicies, findPolicyNamed, insertPolicy } from './policy-store.ts';
import { insertVersion } from './policy-version-store.ts';

/** Creates a managed policy, with its first version in force wherever it will be attached. */
export const createPolicy = operation(CreatePolicy, {
  effect: 'write',
  resource: ({ PolicyName: name, Path: path = '/' }, { accountId, partition }) =>
    iamArn(accountId, partition, `policy${path}${name}`),
  check({ PolicyDocument, Tags = [] }) {
    parsePolicy(PolicyDocument, 'managed');
    checkIdentityTags(Tags);
  },
  async run(input, { tx, call, journal }) {
    const { PolicyName: name, Path: path = '/', Tags: tags = [] } = input;
    if (await findPolicyNamed(tx, call, name)) {
      const taken = `A policy called ${name} already exists. Duplicate names are not allowed.`;
      throw new Refusal('exists', taken);
    }
    const most = limits.policiesPerAccountMax;
    if ((await countPolicies(tx, call.accountId)) >= most) {
      throw new Refusal('limit', `Cannot exceed quota for PoliciesPerAccount: ${most}`);
    }
    const row = {
      account_id: call.accountId,
      name_key: '',
      name,
      id: newUniqueId('ANPA', 21),
      path,
      created_at: call.now,
      updated_at: call.now,
      description: input.Description ?? null,
      default_version: 1,
      last_version: 1,
      tags: JSON.stringify(tags),
    };
    await insertPolicy(tx, row);
    const { account_id, id: policy_id, created_at } = row;
    const document = input.PolicyDocument;
    await insertVersion(tx, { account_id, policy_id, version: 1, created_at, document });
    const policy = ownPolicy(row, call.partition);
    const after = { PolicyId: row.id, Path: path, CreateDate: call.now, DefaultVersionId: 'v1' };
    journal.record({ resourceArn: policy.arn, after });
    const view = policyView(policy, { attached: 0, asBoundary: 0 });
    return { Policy: { ...view, ...(tags.length > 0 && { Tags: tags }) } };
  },
});
