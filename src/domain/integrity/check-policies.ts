import type { Transaction } from '../../store/database.ts';
import { policyArn } from '../policies/policy.ts';
import { confirm, restoreAdvice } from './finding.ts';
import type { Finding, Inspection } from './finding.ts';
import {
  countPolicyRows,
  listMisversionedPolicies,
  listOwnerlessPolicies,
  listUnknownPolicies,
} from './policy-integrity-store.ts';
import type { VersionedPolicy } from './policy-integrity-store.ts';

/** Checks that policies have owners, attachments policies, and policies the version in force. */
export async function checkPolicies(inspection: Inspection): Promise<number> {
  const { database, partition, progress } = inspection;
  progress('policies', 0);
  await confirm(inspection, (tx) => examinePolicies(tx, partition));
  return database.read(countPolicyRows);
}

async function examinePolicies(tx: Transaction, partition: string): Promise<Finding[]> {
  const finding = (problem: string, resource?: string): Finding => ({
    check: 'policies',
    ...(resource !== undefined && { resource }),
    problem,
    advice: restoreAdvice,
  });
  const ownerless = await listOwnerlessPolicies(tx);
  const unknown = await listUnknownPolicies(tx);
  const misversioned = await listMisversionedPolicies(tx);
  return [
    ...ownerless.map(({ account_id: account, owner_id: owner, policy }) =>
      finding(`The policy ${policy} is that of ${owner}, whom the account ${account} lacks.`),
    ),
    ...unknown.map(({ account_id: account, owner_id: owner, policy }) =>
      finding(`${owner} has the policy ${policy}, which the account ${account} lacks.`),
    ),
    ...misversioned.map((policy) => finding(problemOf(policy), policyArn(policy, partition))),
  ];
}

function problemOf({ default_version: number, last_version, highest }: VersionedPolicy): string {
  return highest !== null && highest > last_version
    ? `It counts ${last_version} versions, and has one of number ${highest}.`
    : `Its default version v${number} is not there.`;
}
