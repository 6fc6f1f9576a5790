import { limits } from '../../kernel/limits.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { compileCondition } from './condition-operators.ts';
import type { CompiledCondition } from './condition-operators.ts';
import { malformedPolicy } from './malformed-policy.ts';
import { arnPatternStart, compileArnPattern, compilePattern, wildPieces } from './match-pattern.ts';
import { parsePolicyDocument } from './policy-document.ts';
import type { PolicyDocument, PolicyElement, PolicyStatement } from './policy-document.ts';
import { statementSpans } from './policy-json.ts';
import type { RefusePolicy, StatementSpan } from './policy-json.ts';
import type { PolicyPrincipal } from './policy-principal.ts';
import { bindVariables } from './policy-variables.ts';
import type { ConditionKeys } from './policy-variables.ts';

/** What a policy is for; each kind has its own elements and size (identity.md section 3.1). */
export type PolicyKind = 'inline' | 'managed' | 'session' | 'trust' | 'resource';

/** A policy, ready to be asked. */
export interface Policy {
  readonly text: string;
  readonly statements: readonly CompiledStatement[];
  /** The statements whose actions include this one, which is in lower case. */
  about(action: string): readonly PlacedStatement[];
}

/** A statement and its place in its policy, counted from zero. */
export interface PlacedStatement {
  readonly index: number;
  readonly statement: CompiledStatement;
}

/** A statement, ready to be asked. */
export interface CompiledStatement {
  readonly sid: string | undefined;
  readonly effect: 'Allow' | 'Deny';
  /** Whom the statement is about; undefined in policies of identities. */
  readonly principals: PolicyElement<PolicyPrincipal> | undefined;
  /** Whether the action, in lower case, is one of the statement's. */
  isAbout(action: string): boolean;
  /** How resources that it may cover begin, in the last part of their ARNs. */
  readonly resourceStarts: readonly string[];
  /** Whether resource and conditions are those of the statement. */
  covers(target: PolicyTarget): boolean;
}

/** What a statement is asked about. */
export interface PolicyTarget {
  /** The parts of the resource's ARN; undefined when it is `*`. */
  readonly resource: readonly string[] | undefined;
  readonly keys: ConditionKeys;
}

/**
 * Reads a policy once, for as many questions as come; refuses what IAM refuses, in its words:
 * MalformedPolicyDocument (identity.md section 5).
 */
export function parsePolicy(text: string, kind: PolicyKind = 'inline'): Policy {
  checkSize(text, kind);
  const document = parsePolicyDocument(text, refuseMalformed);
  if (document.statements.length > limits.policyStatementsMax) refuseMalformed('too many');
  if (kind === 'managed' && document.version !== '2012-10-17') {
    refuseMalformed('Version', malformedPolicy.version);
  }
  const statements = document.statements.map((statement) => {
    checkElements(statement, kind);
    return compileStatement(statement, document.version, kind);
  });
  return { text, statements, about: rememberByAction(statements) };
}

/** A policy that allows nothing and denies nothing: where one is meant, and is not there. */
export const silentPolicy: Policy = { text: '', statements: [], about: () => [] };

/** Calls ask for few actions, so that what is said of each is looked for once. */
function rememberByAction(statements: readonly CompiledStatement[]): Policy['about'] {
  const known = new Map<string, readonly PlacedStatement[]>();
  return (action) => {
    const remembered = known.get(action);
    if (remembered) return remembered;
    const about = statements
      .map((statement, index) => ({ index, statement }))
      .filter(({ statement }) => statement.isAbout(action));
    // A simulation may ask for whatever a caller makes up.
    if (known.size >= limits.policyActionsHeldMax) known.clear();
    known.set(action, about);
    return about;
  };
}

const refuseMalformed: RefusePolicy = (_reason, asIam = malformedPolicy.syntax) => {
  throw new Refusal('invalid', asIam, { code: 'MalformedPolicyDocument' });
};

const quotas: Partial<Record<PolicyKind, readonly [name: string, charactersMax: number]>> = {
  managed: ['PolicySize', limits.managedPolicyCharactersMax],
  trust: ['ACLSizePerRole', limits.trustPolicyCharactersMax],
  session: ['PolicySize', limits.sessionPolicyCharactersMax],
};

/** The quota of inline policies is for all that one identity has; who stores them adds them up. */
function checkSize(text: string, kind: PolicyKind): void {
  if (text.length > limits.policyCharactersMax) refuseMalformed('too long');
  const [name, charactersMax] = quotas[kind] ?? [];
  if (charactersMax === undefined || policyCharacters(text) <= charactersMax) return;
  throw new Refusal('limit', `Cannot exceed quota for ${name}: ${charactersMax}`);
}

/** The size of a policy as quotas count it: white space apart (identity.md section 3.1). */
export function policyCharacters(text: string): number {
  return text.replaceAll(/\s/g, '').length;
}

function checkElements(statement: PolicyStatement, kind: PolicyKind): void {
  const { principals, resources, actions, sid } = statement;
  const namesPrincipals = kind === 'resource' || kind === 'trust';
  if (namesPrincipals && !principals) refuseMalformed('Principal', malformedPolicy.noPrincipal);
  if (kind === 'resource') return;
  if (!/^[0-9A-Za-z]*$/.test(sid ?? '')) refuseMalformed('Sid', malformedPolicy.sid);
  if (kind !== 'trust') {
    if (principals) refuseMalformed('Principal', malformedPolicy.principal);
    if (!resources) refuseMalformed('Resource', malformedPolicy.noResources);
    return;
  }
  if (resources) refuseMalformed('Resource', malformedPolicy.resource);
  const isForeign = actions.entries.some((action) => !/^(?:\*$|sts:)/i.test(action));
  if (isForeign) refuseMalformed('Action', malformedPolicy.trustActions);
}

function compileStatement(
  statement: PolicyStatement,
  version: PolicyDocument['version'],
  kind: PolicyKind,
): CompiledStatement {
  const { sid, effect, principals } = statement;
  const coversResource = compileResources(statement, version);
  const conditions = statement.conditions.map((condition) =>
    compileCondition(condition, version, effect),
  );
  if (kind !== 'resource') refuseMisfits(conditions);
  return {
    sid,
    effect,
    principals,
    isAbout: compileActions(statement.actions),
    resourceStarts: resourceStarts(statement, version),
    covers: (target) =>
      coversResource(target) && conditions.every(({ holds }) => holds(target.keys)),
  };
}

/** Group policies were taken with such values before anybody evaluated them. */
function refuseMisfits(conditions: readonly CompiledCondition[]): void {
  const misfit = conditions.find((condition) => condition.misfit !== undefined);
  if (misfit) refuseMalformed('Condition', malformedPolicy.legacy);
}

function compileActions({ negated, entries }: PolicyElement<string>): (action: string) => boolean {
  const patterns = entries.map((action) => compilePattern(wildPieces(action.toLowerCase())));
  return (action) => patterns.some((fits) => fits(action)) !== negated;
}

/** Where a resource may begin with anything, that is the empty text. */
function resourceStarts(
  { resources }: PolicyStatement,
  version: PolicyDocument['version'],
): readonly string[] {
  if (!resources || resources.negated) return [''];
  const { constant } = bindVariables(resources.entries, version, arnPatternStart);
  return constant ? [...new Set(constant)] : [''];
}

/** What a variable without a value leaves open, no Allow of NotResource may take for granted. */
function compileResources(
  { resources, effect }: PolicyStatement,
  version: PolicyDocument['version'],
): (target: PolicyTarget) => boolean {
  if (!resources) return () => true;
  const { negated, entries } = resources;
  const patterns = bindVariables(entries, version, compileArnPattern);
  return (target) => {
    const bound = patterns.constant ?? patterns.bind(target.keys);
    if (negated && bound.includes(undefined)) return effect === 'Deny';
    return bound.some((fits) => fits?.(target.resource)) !== negated;
  };
}

/** A place in a policy's text, both counted from one, as policy simulations tell it. */
export interface PolicyPosition {
  readonly line: number;
  readonly column: number;
}

/** Where the statements of a policy begin and end. */
export function statementPositions(
  text: string,
): { readonly start: PolicyPosition; readonly end: PolicyPosition }[] {
  return statementSpans(text).map(([first, last]: StatementSpan) => ({
    start: positionOf(text, first),
    end: positionOf(text, last),
  }));
}

function positionOf(text: string, index: number): PolicyPosition {
  const lines = text.slice(0, index).split('\n');
  return { line: lines.length, column: lines.at(-1)!.length + 1 };
}
