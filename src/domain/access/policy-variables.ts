import type { PatternPiece } from './match-pattern.ts';
import type { PolicyDocument } from './policy-document.ts';

/** The condition keys of a request: values by what `conditionKeyName` makes of a key's name. */
export type ConditionKeys = ReadonlyMap<string, readonly string[]>;

/**
 * A condition key's name as keys are compared: without case, and with the colon that AWS's pages
 * on life cycles write as a slash now and then (identity.md sections 3.2 and 4).
 */
export function conditionKeyName(name: string): string {
  const key = name.toLowerCase();
  return key.startsWith(slashed) ? `${stages}:${key.slice(slashed.length)}` : key;
}

const stages = 'sagemaker:modellifecycle';
const slashed = `${stages}/`;

/** What is made of texts in which variables may stand. */
export interface Bound<T> {
  /** Where there are no variables. */
  readonly constant: readonly T[] | undefined;
  /** An entry is undefined when a variable of it has no single value and no default. */
  bind(keys: ConditionKeys): readonly (T | undefined)[];
}

interface Variable {
  readonly key: string;
  readonly fallback: string | undefined;
}

/**
 * Prepares the texts of a policy's element, whose variables have values only when a request comes;
 * `compile` makes something of a text, and runs once where there are no variables.
 *
 * Values are taken literally, so that nobody's tag acts as a wildcard. Before version 2012-10-17
 * there are no variables (identity.md sections 3.1 and 3.2).
 */
export function bindVariables<T>(
  texts: readonly string[],
  version: PolicyDocument['version'],
  compile: (pieces: readonly PatternPiece[]) => T,
): Bound<T> {
  const bound = texts.map((text) => bindText(text, version, compile));
  const constant = bound.filter((one) => typeof one !== 'function');
  if (constant.length < bound.length) {
    const bind = (keys: ConditionKeys) =>
      bound.map((one) => (typeof one === 'function' ? one(keys) : one.compiled));
    return { constant: undefined, bind };
  }
  const compiled = constant.map((one) => one.compiled);
  return { constant: compiled, bind: () => compiled };
}

/** What is made of a text, or a function that makes it when the variables have values. */
function bindText<T>(
  text: string,
  version: PolicyDocument['version'],
  compile: (pieces: readonly PatternPiece[]) => T,
): { readonly compiled: T } | ((keys: ConditionKeys) => T | undefined) {
  const parts = version === '2012-10-17' ? parseVariables(text) : [{ text, literal: false }];
  const constant = parts.filter((part): part is PatternPiece => !isVariable(part));
  if (constant.length === parts.length) return { compiled: compile(constant) };
  // Call after call of one principal brings the same values.
  let last: { readonly values: readonly string[]; readonly compiled: T } | undefined;
  return (keys) => {
    const pieces: PatternPiece[] = [];
    for (const part of parts) {
      const piece = isVariable(part) ? valueOf(part, keys) : part;
      if (!piece) return undefined;
      pieces.push(piece);
    }
    if (!last || pieces.some(({ text }, index) => text !== last!.values[index])) {
      last = { values: pieces.map(({ text }) => text), compiled: compile(pieces) };
    }
    return last.compiled;
  };
}

function isVariable(part: PatternPiece | Variable): part is Variable {
  return 'key' in part;
}

function valueOf({ key, fallback }: Variable, keys: ConditionKeys): PatternPiece | undefined {
  const values = keys.get(key) ?? [];
  const text = values.length === 1 ? values[0] : values.length === 0 ? fallback : undefined;
  return text === undefined ? undefined : { text, literal: true };
}

const opening = '${';

function parseVariables(text: string): (PatternPiece | Variable)[] {
  const parts: (PatternPiece | Variable)[] = [];
  let at = 0;
  while (at < text.length) {
    const start = text.indexOf(opening, at);
    const end = start === -1 ? -1 : text.indexOf('}', start);
    if (end === -1) break;
    if (start > at) parts.push({ text: text.slice(at, start), literal: false });
    parts.push(parseVariable(text.slice(start + opening.length, end)));
    at = end + 1;
  }
  if (at < text.length || parts.length === 0) parts.push({ text: text.slice(at), literal: false });
  return parts;
}

function parseVariable(inner: string): PatternPiece | Variable {
  if (inner === '*' || inner === '?' || inner === '$') return { text: inner, literal: true };
  const comma = inner.indexOf(',');
  const name = comma === -1 ? inner : inner.slice(0, comma);
  const quoted = comma === -1 ? '' : inner.slice(comma + 1).trim();
  const isQuoted = quoted.length >= 2 && quoted.startsWith("'") && quoted.endsWith("'");
  return {
    key: conditionKeyName(name.trim()),
    fallback: isQuoted ? quoted.slice(1, -1) : undefined,
  };
}
