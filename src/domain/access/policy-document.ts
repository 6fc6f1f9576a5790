import { refuseInvalid } from '../../kernel/refusal.ts';
import { echo } from '../../contracts/validate.ts';
import { malformedAction, malformedPolicy, malformedResource } from './malformed-policy.ts';
import { parseConditions } from './policy-condition.ts';
import type { PolicyCondition } from './policy-condition.ts';
import { parsePolicyJson, readObject, readStrings, refuseUnknownKeys } from './policy-json.ts';
import type { RefusePolicy } from './policy-json.ts';
import { parsePrincipals } from './policy-principal.ts';
import type { PolicyPrincipal } from './policy-principal.ts';

const versions = ['2012-10-17', '2008-10-17'] as const;

/** A policy, read: what every type of policy has in common. */
export interface PolicyDocument {
  /** The language's version; undefined when the policy states none, which means the older. */
  readonly version: (typeof versions)[number] | undefined;
  readonly id: string | undefined;
  /** At least one. */
  readonly statements: readonly PolicyStatement[];
}

/** One statement of a policy. */
export interface PolicyStatement {
  readonly sid: string | undefined;
  readonly effect: 'Allow' | 'Deny';
  /** Undefined in policies of identities, which state none. */
  readonly principals: PolicyElement<PolicyPrincipal> | undefined;
  /** `*` or `service:name` with wildcards; case does not matter. */
  readonly actions: PolicyElement<string>;
  /** `*` or ARNs with wildcards; undefined in trust policies, which state none. */
  readonly resources: PolicyElement<string> | undefined;
  readonly conditions: readonly PolicyCondition[];
}

/** An element that lists what is meant (Action) or, negated, all that is not (NotAction). */
export interface PolicyElement<T> {
  readonly negated: boolean;
  readonly entries: readonly T[];
}

/**
 * Reads a policy by the grammar that holds for every type of policy (identity.md section 3.1).
 *
 * Whether a statement needs a Principal or a Resource, and which, is for the type of policy to say.
 */
export function parsePolicyDocument(
  text: string,
  refuse: RefusePolicy = refuseInvalid,
): PolicyDocument {
  const policy = readObject(parsePolicyJson(text, refuse), 'The policy', refuse);
  refuseUnknownKeys(policy, ['Version', 'Id', 'Statement'], refuse);
  const version = versions.find((known) => known === policy['Version']);
  if (policy['Version'] !== undefined && !version) {
    refuse(`Version must be ${versions.join(' or ')}`);
  }
  const statement = policy['Statement'];
  if (statement === undefined) refuse('Statement is missing');
  const list: unknown[] = Array.isArray(statement) ? statement : [statement];
  if (list.length === 0) refuse('Statement must not be empty');
  const statements = list.map((value, index) =>
    parseStatement(value, refuseAtStatement(index, refuse)),
  );
  refuseRepeatedSids(statements, refuse);
  return { version, id: readText(policy['Id'], 'Id', refuse), statements };
}

/** Puts the statement's place, counted from one, before the reasons of a refusal. */
export function refuseAtStatement(index: number, refuse: RefusePolicy): RefusePolicy {
  return (reason, asIam) => refuse(`Statement ${index + 1}: ${reason}`, asIam);
}

const statementElements = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
];

function parseStatement(value: unknown, refuse: RefusePolicy): PolicyStatement {
  const statement = readObject(value, 'The statement', refuse);
  refuseUnknownKeys(statement, statementElements, refuse);
  const sid = readText(statement['Sid'], 'Sid', refuse);
  if (!/^[\w .-]*$/.test(sid ?? '')) {
    refuse(
      `Sid '${echo(sid ?? '')}' may have letters, digits, spaces and the characters _ . - only`,
    );
  }
  const effect = statement['Effect'];
  if (effect !== 'Allow' && effect !== 'Deny') {
    refuse('Effect must be Allow or Deny', isEffect(effect) ? malformedPolicy.legacy : undefined);
  }
  const principals = parseElement(statement, 'Principal', parsePrincipals, refuse);
  if (principals?.negated && effect !== 'Deny') refuse('NotPrincipal requires the Effect Deny');
  const actions = parseElement(statement, 'Action', parseActions, refuse);
  const condition = statement['Condition'];
  return {
    // Terraform writes an empty Sid where none was given.
    sid: sid === '' ? undefined : sid,
    effect,
    principals,
    actions: actions ?? refuse('Action is missing', malformedPolicy.noActions),
    resources: parseElement(statement, 'Resource', parseResources, refuse),
    conditions: condition === undefined ? [] : parseConditions(condition, refuse),
  };
}

/** Whether a value is an effect but for its case. */
function isEffect(value: unknown): boolean {
  return typeof value === 'string' && /^(?:allow|deny)$/i.test(value);
}

function parseElement<T>(
  statement: Readonly<Record<string, unknown>>,
  name: string,
  parse: (value: unknown, refuse: RefusePolicy) => T[],
  refuse: RefusePolicy,
): PolicyElement<T> | undefined {
  const value = statement[name];
  const negative = statement[`Not${name}`];
  if (value !== undefined && negative !== undefined) {
    refuse(`${name} and Not${name} may not stand together`);
  }
  if (value !== undefined) return { negated: false, entries: parse(value, refuse) };
  return negative === undefined ? undefined : { negated: true, entries: parse(negative, refuse) };
}

function parseActions(value: unknown, refuse: RefusePolicy): string[] {
  const actions = readStrings(value, 'Action', refuse, malformedPolicy.noActions);
  const malformed = actions.find((action) => !/^(?:\*(?::\*)?|[\w-]+:[\w*?]+)$/.test(action));
  if (malformed !== undefined) {
    const reason = `Action '${echo(malformed)}' must be * or of the form service:name`;
    refuse(reason, malformedAction(malformed));
  }
  return actions;
}

function parseResources(value: unknown, refuse: RefusePolicy): string[] {
  const resources = readStrings(value, 'Resource', refuse, malformedPolicy.noResources);
  const malformed = resources.find((resource) => resource !== '*' && !/^arn:./.test(resource));
  if (malformed !== undefined) {
    const reason = `Resource '${echo(malformed)}' must be * or an ARN`;
    refuse(reason, malformedResource(echo(malformed)));
  }
  return resources;
}

function refuseRepeatedSids(statements: readonly PolicyStatement[], refuse: RefusePolicy): void {
  const sids = new Set<string>();
  for (const [index, { sid }] of statements.entries()) {
    if (sid === undefined) continue;
    if (sids.has(sid)) {
      const reason = `Duplicate Sid '${echo(sid)}'`;
      refuseAtStatement(index, refuse)(reason, malformedPolicy.repeatedSid);
    }
    sids.add(sid);
  }
}

function readText(value: unknown, what: string, refuse: RefusePolicy): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  return refuse(`${what} must be a string`);
}
