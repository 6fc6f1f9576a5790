/**
 * Evaluates policies the slow and obvious way, from their JSON as it stands: what the evaluator of
 * the product is compared with. It shares no code with it, and knows only well-formed policies.
 */
import { BlockList, isIPv4 } from 'node:net';
import type { Principal } from '../../src/domain/access/principal.ts';

/** A policy's statement as it stands in the document. */
export interface Statement {
  Effect: 'Allow' | 'Deny';
  Principal?: '*' | { AWS: string[] };
  NotPrincipal?: { AWS: string[] };
  Action?: string[];
  NotAction?: string[];
  Resource?: string[];
  NotResource?: string[];
  Condition?: Record<string, Record<string, string[]>>;
}

/** A policy's document. */
export interface Document {
  Version: '2012-10-17' | '2008-10-17';
  Statement: Statement[];
}

/** What is asked, of which policies. */
export interface Question {
  action: string;
  resource: string;
  principal: Principal;
  resourceAccountId: string;
  keys: ReadonlyMap<string, readonly string[]>;
  identity: Document[];
  boundary?: Document;
  session?: Document[];
  resourcePolicy?: Document;
}

/** How a policy names the caller: the further down the list, the closer. */
const closeness = ['not', 'account', 'role or everyone', 'itself'] as const;
type Closeness = (typeof closeness)[number];

/** Answers a question as AWS's user guide tells it, step by step. */
export function decide(q: Question): 'allowed' | 'explicitDeny' | 'implicitDeny' {
  if (q.action.toLowerCase() === 'sts:getcalleridentity') return 'allowed';
  const sessions = q.session ?? [];
  const own = [...q.identity, ...(q.boundary ? [q.boundary] : []), ...sessions];
  const all = [...own, ...(q.resourcePolicy ? [q.resourcePolicy] : [])];
  if (all.some((document) => says(document, 'Deny', q).length > 0)) return 'explicitDeny';

  const allows = (documents: Document[]): boolean =>
    documents.some((document) => says(document, 'Allow', q).length > 0);
  const granted = q.resourcePolicy ? says(q.resourcePolicy, 'Allow', q) : [];
  const isSameAccount = q.principal.accountId === q.resourceAccountId;
  const isRoot = q.principal.type === 'Account';
  const withinBoundary = !q.boundary || allows([q.boundary]);
  const withinSession = sessions.length === 0 || allows(sessions);
  const byIdentity = isRoot || (allows(q.identity) && withinBoundary && withinSession);

  if (!isSameAccount) return granted.length > 0 && byIdentity ? 'allowed' : 'implicitDeny';
  if (byIdentity) return 'allowed';
  if (granted.includes('itself')) return 'allowed';
  const toRole = granted.includes('role or everyone');
  return toRole && withinBoundary && withinSession ? 'allowed' : 'implicitDeny';
}

/** How the statements of an effect that apply name the caller; empty when none applies. */
function says({ Version, Statement }: Document, effect: string, q: Question): Closeness[] {
  return Statement.filter(({ Effect }) => Effect === effect)
    .filter((statement) => actionFits(statement, q.action))
    .filter((statement) => resourceFits(statement, q, Version))
    .filter((statement) => conditionsHold(statement, q, Version))
    .map((statement) => named(statement, q))
    .filter((name) => name !== 'not');
}

function named({ Principal: yes, NotPrincipal: no }: Statement, q: Question): Closeness {
  const { principal, boundary } = q;
  if (yes === '*') return 'role or everyone';
  if (no) {
    if (boundary) return 'role or everyone';
    const wanted = [
      ...(no.AWS.includes(accountRoot(principal)) ? [] : ['account']),
      ...(principal.roleArn && !no.AWS.includes(principal.roleArn) ? ['role'] : []),
      ...(principal.type !== 'Account' && !no.AWS.includes(principal.arn) ? ['itself'] : []),
    ];
    return wanted.length === 0 ? 'not' : 'role or everyone';
  }
  // Policies of identities name nobody.
  if (!yes) return 'itself';
  if (principal.type !== 'Account' && yes.AWS.includes(principal.arn)) return 'itself';
  if (principal.roleArn && yes.AWS.includes(principal.roleArn)) return 'role or everyone';
  return yes.AWS.includes(accountRoot(principal)) ? 'account' : 'not';
}

function accountRoot({ accountId }: Principal): string {
  return `arn:aws:iam::${accountId}:root`;
}

function actionFits({ Action, NotAction }: Statement, action: string): boolean {
  const fits = (pattern: string) => globs(pattern.toLowerCase(), action.toLowerCase());
  return Action ? Action.some(fits) : !NotAction!.some(fits);
}

function resourceFits(
  { Resource, NotResource, Effect }: Statement,
  q: Question,
  version: string,
): boolean {
  const fits = (pattern: string): boolean | undefined => {
    const text = resolved(pattern, q.keys, version);
    return text === undefined ? undefined : arnGlobs(text, q.resource);
  };
  if (Resource) return Resource.some(fits);
  const answers = NotResource!.map(fits);
  if (answers.includes(undefined)) return Effect === 'Deny';
  return !answers.includes(true);
}

function conditionsHold({ Condition = {}, Effect }: Statement, q: Question, version: string) {
  return Object.entries(Condition).every(([operator, tests]) =>
    Object.entries(tests).every(([key, values]) =>
      conditionHolds({ operator, key, values, effect: Effect, version }, q.keys),
    ),
  );
}

interface Test {
  operator: string;
  key: string;
  values: string[];
  effect: 'Allow' | 'Deny';
  version: string;
}

function conditionHolds(test: Test, keys: ReadonlyMap<string, readonly string[]>): boolean {
  const given = keys.get(test.key.toLowerCase()) ?? [];
  const set = /^(ForAllValues|ForAnyValue):/.exec(test.operator)?.[1];
  const ifExists = test.operator.endsWith('IfExists');
  const operator = test.operator.replace(/^.*:/, '').replace(/IfExists$/, '');
  if (operator === 'Null') return test.values.includes(String(given.length === 0));

  const isNegated = operator.includes('Not');
  const base = operator.replace('Not', '');
  const withVariables = /^(?:String|Arn|Bool)/.test(base);
  const wanted = test.values.map((value) =>
    withVariables ? resolved(value, keys, test.version) : literal(value),
  );
  // A value that nobody knows must not open anything.
  if (isNegated && wanted.includes(undefined)) return test.effect === 'Deny';
  if (given.length === 0) return ifExists || (set ? set === 'ForAllValues' : isNegated);
  // What would open something by another case of a tag's key is compared without case.
  const isAnyCase = test.key === 'aws:TagKeys' && (test.effect === 'Deny') !== isNegated;
  const lower = (text: string) => (isAnyCase ? text.toLowerCase() : text);
  const meets = (value: string): boolean => {
    const isFound = wanted.some((one) => {
      const pattern = one?.map((piece) => ({ ...piece, text: lower(piece.text) }));
      return pattern !== undefined && compares(base, pattern, lower(value));
    });
    return isFound !== isNegated;
  };
  const isForAll = set ? set === 'ForAllValues' : isNegated;
  return isForAll ? given.every(meets) : given.some(meets);
}

function compares(operator: string, wanted: Pattern, given: string): boolean {
  const text = wanted.map((piece) => piece.text).join('');
  switch (operator) {
    case 'StringEquals':
      return text === given;
    case 'StringEqualsIgnoreCase':
    case 'Bool':
      return text.toLowerCase() === given.toLowerCase();
    case 'StringLike':
      return globs(wanted, given);
    case 'ArnLike':
    case 'ArnEquals':
      return arnGlobs(wanted, given);
    case 'IpAddress':
      return inRange(text, given);
    default:
      return isInOrder(operator, text, given);
  }
}

function isInOrder(operator: string, text: string, given: string): boolean {
  const read = (value: string) => (operator.startsWith('Date') ? Date.parse(value) : Number(value));
  const [value, limit] = [read(given), read(text)];
  switch (operator.replace(/^(?:Numeric|Date)/, '')) {
    case 'Equals':
      return value === limit;
    case 'LessThan':
      return value < limit;
    case 'LessThanEquals':
      return value <= limit;
    case 'GreaterThan':
      return value > limit;
    case 'GreaterThanEquals':
      return value >= limit;
    default:
      throw new Error(`The reference does not know ${operator}.`);
  }
}

function inRange(range: string, address: string): boolean {
  const list = new BlockList();
  const [start = '', bits = '32'] = range.split('/');
  list.addSubnet(start, Number(bits), 'ipv4');
  return isIPv4(address) && list.check(address);
}

/** A text in which some stretches, those that variables brought, are no patterns. */
type Pattern = { text: string; isLiteral: boolean }[];

function literal(text: string): Pattern {
  return [{ text, isLiteral: false }];
}

/** A text with its variables' values; undefined when one has none. */
function resolved(
  text: string,
  keys: ReadonlyMap<string, readonly string[]>,
  version: string,
): Pattern | undefined {
  if (version !== '2012-10-17') return literal(text);
  const pattern: Pattern = [];
  for (const part of text.split(/(\$\{[^}]*\})/)) {
    const name = /^\$\{(.*)\}$/.exec(part)?.[1];
    if (name === undefined) {
      pattern.push({ text: part, isLiteral: false });
      continue;
    }
    if (name === '*' || name === '?' || name === '$') {
      pattern.push({ text: name, isLiteral: true });
      continue;
    }
    const [key = '', fallback] = name.split(/, '(.*)'$/);
    const values = keys.get(key.toLowerCase()) ?? [];
    const value = values.length === 0 ? fallback : values.length === 1 ? values[0] : undefined;
    if (value === undefined) return undefined;
    pattern.push({ text: value, isLiteral: true });
  }
  return pattern;
}

function expressionOf(pattern: Pattern): string {
  const quote = (text: string) => text.replaceAll(/[\\^$.|+()[\]{}*?]/g, String.raw`\$&`);
  return pattern
    .map(({ text, isLiteral }) => {
      if (isLiteral) return quote(text);
      return quote(text)
        .replaceAll(String.raw`\*`, '.*')
        .replaceAll(String.raw`\?`, '.');
    })
    .join('');
}

function globs(pattern: string | Pattern, text: string): boolean {
  const pieces = typeof pattern === 'string' ? literal(pattern) : pattern;
  return new RegExp(`^${expressionOf(pieces)}$`, 's').test(text);
}

/** ARNs are compared part by part; no test uses a value with a colon in it. */
function arnGlobs(pattern: Pattern, text: string): boolean {
  if (expressionOf(pattern) === '.*') return true;
  const expressions = expressionOf(pattern).split(':');
  const parts = text.split(':');
  if (parts.length < 6) return false;
  const six = [...parts.slice(0, 5), parts.slice(5).join(':')];
  const wanted = [...expressions.slice(0, 5), expressions.slice(5).join(':')];
  return six.every((part, index) => {
    const expression = index < expressions.length ? wanted[index]! : '.*';
    return new RegExp(`^${expression}$`, 's').test(part);
  });
}
