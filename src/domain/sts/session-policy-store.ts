import { parseArn } from '../../kernel/arn.ts';
import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import { compiledPolicy } from '../access/compiled-policies.ts';
import type { NamedPolicy } from '../access/evaluate-policy.ts';
import { awsManagedPolicies, awsManagedPolicyArn } from '../policies/aws-managed-policies.ts';
import { nameKey } from '../resource-reference.ts';

const selectDefaultVersion = query<
  { accountId: string; nameKey: string },
  { path: string; name: string; document: string }
>((sql, key) =>
  sql
    .selectFrom('iam_policy as p')
    .innerJoin('iam_policy_version as v', (join) =>
      join
        .onRef('v.account_id', '=', 'p.account_id')
        .onRef('v.policy_id', '=', 'p.id')
        .onRef('v.version', '=', 'p.default_version'),
    )
    .select(['p.path', 'p.name', 'v.document'])
    .where('p.account_id', '=', key.accountId)
    .where('p.name_key', '=', key.nameKey),
);

/** The managed policy of an ARN, as it limits sessions of an account; undefined without one. */
export async function findSessionPolicy(
  tx: Transaction,
  arn: string,
  accountId: string,
  partition: string,
): Promise<NamedPolicy | undefined> {
  const provided = [...awsManagedPolicies.values()].find(
    (policy) => awsManagedPolicyArn(policy, partition) === arn,
  );
  if (provided) return { name: arn, policy: compiledPolicy(provided.document, 'managed') };
  const parts = parseArn(arn);
  if (parts?.service !== 'iam' || parts.accountId !== accountId) return undefined;
  const name = parts.resource.slice(parts.resource.lastIndexOf('/') + 1);
  const found = await tx.first(selectDefaultVersion, { accountId, nameKey: nameKey(name) });
  if (!found || parts.resource !== `policy${found.path}${found.name}`) return undefined;
  return { name: arn, policy: compiledPolicy(found.document, 'managed') };
}
