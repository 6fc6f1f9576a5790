import { limits } from '../../kernel/limits.ts';
import { echo } from '../../contracts/validate.ts';
import { malformedPolicy } from './malformed-policy.ts';

/**
 * What becomes of a fault in a policy: each type of policy words its refusal itself. Beside our
 * reason comes the sentence that IAM has for the fault, if it is not "Syntax errors in policy.".
 */
export type RefusePolicy = (reason: string, asIam?: string) => never;

/** The value of a policy's JSON text; refuses a key that stands twice, which JSON.parse hides. */
export function parsePolicyJson(text: string, refuse: RefusePolicy): unknown {
  const value = parseJson(text, refuse);
  // From here on the text is known to be JSON, so that the scan need not look for its faults.
  const open: Frame[] = [];
  for (const { token, key } of tokensOf(text)) {
    const frame = open.at(-1);
    if (token === '{' || token === '[') open.push({ token, keys: new Set(), at: 0 });
    else if (token === '}' || token === ']') open.pop();
    else if (token === ',' && frame?.token === '[') frame.at = Number(frame.at) + 1;
    else if (key !== undefined && frame) {
      if (frame.keys.has(key)) refuse(`${placeOf(open)}Duplicate key '${echo(key)}'`);
      frame.keys.add(key);
      frame.at = key;
    }
    if (open.length > limits.inputDepthMax) refuse('The policy is nested too deeply');
  }
  return value;
}

/** Where a statement stands in a policy's text: its first and its last character. */
export type StatementSpan = readonly [first: number, last: number];

/** Where the statements of a policy stand in its text, which was read before and is a policy's. */
export function statementSpans(text: string): StatementSpan[] {
  const spans: StatementSpan[] = [];
  const open: Token[] = [];
  for (const token of tokensOf(text)) {
    if (token.token === '{' || token.token === '[') open.push(token);
    if (token.token !== '}' && token.token !== ']') continue;
    const { token: opened, index } = open.pop()!;
    // Of a policy's elements only Statement has brackets.
    const isStatement = open.length === 1 || (open.length === 2 && open[1]!.token === '[');
    if (opened === '{' && isStatement) spans.push([index, token.index]);
  }
  return spans;
}

/**
 * A policy's text with other AWS principals, and every other character as it was: people know
 * their policies by how they wrote them.
 */
export function replacePrincipals(text: string, replace: (principal: string) => string): string {
  const path: (string | undefined)[] = [];
  let result = '';
  let copied = 0;
  for (const { token, index, end, key, value } of tokensOf(text)) {
    if (token === '{' || token === '[') path.push(undefined);
    else if (token === '}' || token === ']') path.pop();
    else if (key !== undefined) path[path.length - 1] = key;
    if (value === undefined || !isPrincipalPlace(path)) continue;
    result += text.slice(copied, index) + JSON.stringify(replace(value));
    copied = end;
  }
  return result + text.slice(copied);
}

/** Whether a value stands in `Statement`, `Principal`, `AWS`, each in a list or not. */
function isPrincipalPlace(path: readonly (string | undefined)[]): boolean {
  const [root, element, kind, ...more] = path.filter((key) => key !== undefined);
  const isOfPrincipal = element === 'Principal' || element === 'NotPrincipal';
  return root === 'Statement' && isOfPrincipal && kind === 'AWS' && more.length === 0;
}

/** The value as an object; `what` names it for the refusal. */
export function readObject(
  value: unknown,
  what: string,
  refuse: RefusePolicy,
): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  return refuse(`${what} must be an object`);
}

/** The value as a list of strings; a single string is a list of one, an empty list is refused. */
export function readStrings(
  value: unknown,
  what: string,
  refuse: RefusePolicy,
  emptyAsIam?: string,
): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0) refuse(`${what} must not be empty`, emptyAsIam);
  return list.every((element) => typeof element === 'string')
    ? list
    : refuse(`${what} must be a string or a list of strings`);
}

/** Refuses members that an object of the grammar does not have. */
export function refuseUnknownKeys(
  value: Readonly<Record<string, unknown>>,
  known: readonly string[],
  refuse: RefusePolicy,
): void {
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    refuse(`Unknown element '${echo(key)}'; the elements are ${known.join(', ')}`);
  }
}

/** An object or array that the scan is inside of, and the key or index where it stands there. */
interface Frame {
  readonly token: string;
  readonly keys: Set<string>;
  at: string | number;
}

interface Token {
  readonly token: string;
  /** Where the token begins in the text. */
  readonly index: number;
  /** Where the text goes on behind it. */
  readonly end: number;
  /** The decoded string when it is a key. */
  readonly key?: string;
  /** The decoded string when it is a value. */
  readonly value?: string;
}

function parseJson(text: string, refuse: RefusePolicy): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const reason = (error as SyntaxError).message.replaceAll(/\s+/g, ' ');
    return refuse(`The policy is not valid JSON: ${reason}`, malformedPolicy.json);
  }
}

/** The brackets, commas and strings of a JSON text. */
function* tokensOf(text: string): Generator<Token> {
  let index = 0;
  while (index < text.length) {
    const token = text.charAt(index);
    const start = index;
    index += 1;
    if ('{}[],'.includes(token)) yield { token, index: start, end: index };
    if (token !== '"') continue;
    const end = endOfString(text, index);
    const string = JSON.parse(text.slice(start, end)) as string;
    index = end;
    while (/\s/.test(text.charAt(index))) index += 1;
    const isKey = text.charAt(index) === ':';
    yield { token, index: start, end, ...(isKey ? { key: string } : { value: string }) };
  }
}

function endOfString(text: string, start: number): number {
  let index = start;
  while (text.charAt(index) !== '"') index += text.charAt(index) === '\\' ? 2 : 1;
  return index + 1;
}

/** Where the scan stands, as a policy's reader counts: `Statement 2: `. */
function placeOf(open: readonly Frame[]): string {
  const [root, statements] = open;
  if (root?.at !== 'Statement' || !statements) return '';
  return `Statement ${statements.token === '[' ? Number(statements.at) + 1 : 1}: `;
}
