import type { ModelPackageGroupRow } from '../../store/tables.ts';
import { refuseInvalid } from '../../kernel/refusal.ts';
import { echo } from '../../contracts/validate.ts';
import { compiledPolicy } from '../access/compiled-policies.ts';
import { parsePolicyDocument, refuseAtStatement } from '../access/policy-document.ts';
import type { PolicyStatement } from '../access/policy-document.ts';
import type { RefusePolicy } from '../access/policy-json.ts';
import { accountOfPrincipal } from '../access/policy-principal.ts';

/**
 * The other accounts that a group's policy allows something, be it to one of their principals.
 * Everybody is none of them: what is open to all is not shared with each.
 */
export function accountsNamed(policyText: string, ownerId: string): string[] {
  const accounts = new Set<string>();
  for (const { effect, principals } of compiledPolicy(policyText, 'resource').statements) {
    if (effect === 'Deny') continue;
    for (const principal of principals?.entries ?? []) {
      const accountId = accountOfPrincipal(principal);
      if (accountId && accountId !== ownerId) accounts.add(accountId);
    }
  }
  return [...accounts].sort();
}

/** An account that may use another's group, and whether a share lets it find the group. */
export interface LetIn {
  readonly accountId: string;
  readonly byShare: boolean;
}

/** The other accounts that a group's own policy or its shares let in, in order. */
export function accountsLetIn(
  group: Pick<ModelPackageGroupRow, 'account_id' | 'policy' | 'share_policy'>,
): LetIn[] {
  const named = (text: string | null) =>
    text === null ? [] : accountsNamed(text, group.account_id);
  const shared = new Set(named(group.share_policy));
  const all = [...new Set([...named(group.policy), ...shared])].sort();
  return all.map((accountId) => ({ accountId, byShare: shared.has(accountId) }));
}

/** Checks a group's resource policy; refuses with `Invalid policy provided: <reason>`. */
export function checkModelPackageGroupPolicy(
  policyText: string,
  group: { readonly arn: string },
): void {
  const document = parsePolicyDocument(policyText, refusePolicy);
  if (document.version === undefined) refusePolicy('Version is missing');
  for (const [index, statement] of document.statements.entries()) {
    const refuse = refuseAtStatement(index, refusePolicy);
    checkPrincipals(statement, refuse);
    checkRepeatedPrincipals(statement, index);
    checkActions(statement, refuse);
    checkResources(statement, group.arn, refuse);
  }
}

function refusePolicy(reason: string): never {
  refuseInvalid(`Invalid policy provided: ${reason}`);
}

function checkPrincipals(statement: PolicyStatement, refuse: RefusePolicy): void {
  if (!statement.principals) refuse('Principal is missing');
  const foreign = statement.principals.entries.find(
    ({ type }) => type === 'Federated' || type === 'CanonicalUser',
  );
  if (foreign) refuse(`Principal '${echo(foreign.text)}' must be of the type AWS or Service`);
}

function checkRepeatedPrincipals(statement: PolicyStatement, index: number): void {
  const seen = new Set<string>();
  for (const { type, id, text } of statement.principals?.entries ?? []) {
    const key = `${type} ${id}`;
    // AWS's reason begins with these words, so the place stands behind them.
    if (seen.has(key)) refusePolicy(`Duplicate principal: ${echo(text)} (Statement ${index + 1})`);
    seen.add(key);
  }
}

function checkActions(statement: PolicyStatement, refuse: RefusePolicy): void {
  const foreign = statement.actions.entries.find((action) => !/^(?:\*$|sagemaker:)/i.test(action));
  if (foreign) refuse(`Action '${echo(foreign)}' is not an action of sagemaker`);
}

function checkResources(statement: PolicyStatement, groupArn: string, refuse: RefusePolicy): void {
  if (!statement.resources) refuse('Resource is missing');
  const versionsArn = `${groupArn.replace(':model-package-group/', ':model-package/')}/`;
  const foreign = statement.resources.entries.find(
    (resource) =>
      resource !== groupArn &&
      !(resource.startsWith(versionsArn) && /^[\d*?]+$/.test(resource.slice(versionsArn.length))),
  );
  if (foreign) refuse(`Resource '${echo(foreign)}' must be ${groupArn} or ${versionsArn}*`);
}
