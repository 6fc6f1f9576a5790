import { splitArn } from '../../kernel/arn.ts';
import { compileIpRange } from './ip-range.ts';
import { compileArnPattern, compilePattern } from './match-pattern.ts';
import type { PatternPiece } from './match-pattern.ts';
import type { ConditionOperator, PolicyCondition } from './policy-condition.ts';
import type { PolicyDocument } from './policy-document.ts';
import { bindVariables, conditionKeyName } from './policy-variables.ts';
import type { ConditionKeys } from './policy-variables.ts';
import { rememberLast } from './remember-last.ts';

/** Whether a value of the request compares as an operator asks. */
type Comparison = (value: string) => boolean;

/** Makes a comparison of a policy's value; undefined when the value is none of the type. */
type Comparer = (pieces: readonly PatternPiece[]) => Comparison | undefined;

interface Meaning {
  readonly compare: Comparer;
  /** The operator is true where its opposite, which `compare` knows, is false. */
  readonly negated: boolean;
  readonly hasVariables: boolean;
}

/** A condition, ready to be asked. */
export interface CompiledCondition {
  readonly holds: (keys: ConditionKeys) => boolean;
  /** A value that no request can be compared with: `IpAddress` with a word, say. */
  readonly misfit: string | undefined;
}

/**
 * Compiles one key of a Condition block by the table of identity.md section 3.2.
 *
 * A key of several values that the condition takes for single counts as ForAnyValue, and as
 * ForAllValues where the operator is negated. A value that compares with nothing makes an Allow
 * never apply and a Deny always, and so does a variable without a value where the operator is
 * negated: neither a mistake in a policy nor a tag that is missing may open anything.
 */
export function compileCondition(
  condition: PolicyCondition,
  version: PolicyDocument['version'],
  effect: 'Allow' | 'Deny',
): CompiledCondition {
  const { operator, ifExists, values } = condition;
  const key = conditionKeyName(condition.key);
  if (operator === 'Null') return compileNull(key, values, effect);
  const { negated, hasVariables, ...meaning } = meanings[operator];
  const isLenient = tagKeyList.test(key) && (effect === 'Deny') !== negated;
  const compare = isLenient ? ignoringCase(meaning.compare) : meaning.compare;
  const bound = bindVariables(values, hasVariables ? version : undefined, compare);
  const misfit = hasVariables ? undefined : values.find((_, i) => !bound.bind(noKeys)[i]);
  if (misfit !== undefined) return { holds: () => effect === 'Deny', misfit };
  const quantifier = condition.quantifier ?? (negated ? 'ForAllValues' : 'ForAnyValue');
  const takesAll = tagKey.test(key) ? effect === 'Allow' : quantifier === 'ForAllValues';
  const whenAbsent = ifExists || (condition.quantifier ? quantifier === 'ForAllValues' : negated);
  const holds = (keys: ConditionKeys): boolean => {
    const comparisons = bound.constant ?? bound.bind(keys);
    if (negated && comparisons.includes(undefined)) return effect === 'Deny';
    const given = keys.get(key);
    if (!given || given.length === 0) return whenAbsent;
    if (given.length === 1 && comparisons.length === 1) {
      return (comparisons[0]?.(given[0]!) ?? false) !== negated;
    }
    const isMet = (value: string) => comparisons.some((fits) => fits?.(value)) !== negated;
    return takesAll ? given.every(isMet) : given.some(isMet);
  };
  return { holds, misfit };
}

/**
 * Tags whose keys differ in case alone are values of one such key: an Allow needs all of them to
 * fit and a Deny needs one, whatever its quantifier, which is for keys of many values: so nobody
 * opens anything by a second tag in another case.
 */
const tagKey = /:(?:request|resource)tag\//;

/**
 * Keys whose values are keys of tags. A policy speaks of a tag whatever its case, so that what it
 * keeps from a caller is kept in each case; what it lets a caller do it lets in its own.
 */
const tagKeyList = /^(?:aws:tagkeys|sts:transitivetagkeys)$/;

function ignoringCase(compare: Comparer): Comparer {
  return (pieces) => {
    const fits = compare(pieces.map((piece) => ({ ...piece, text: piece.text.toLowerCase() })));
    return fits && ((value) => fits(value.toLowerCase()));
  };
}

const noKeys: ConditionKeys = new Map();

function compileNull(
  key: string,
  values: readonly string[],
  effect: 'Allow' | 'Deny',
): CompiledCondition {
  const wanted = values.map((value) => value.toLowerCase());
  const misfit = values.find((_, i) => wanted[i] !== 'true' && wanted[i] !== 'false');
  if (misfit !== undefined) return { holds: () => effect === 'Deny', misfit };
  const holds = (keys: ConditionKeys) => wanted.includes(String(!keys.get(key)?.length));
  return { holds, misfit };
}

function textOf(pieces: readonly PatternPiece[]): string {
  return pieces.map(({ text }) => text).join('');
}

const equals: Comparer = (pieces) => {
  const text = textOf(pieces);
  return (value) => value === text;
};

const equalsIgnoringCase: Comparer = (pieces) => {
  const text = textOf(pieces).toLowerCase();
  return (value) => value.toLowerCase() === text;
};

const arnLike: Comparer = (pieces) => {
  const fits = compileArnPattern(pieces);
  return (value) => fits(splitArn(value));
};

const bytesEqual: Comparer = (pieces) => {
  const text = textOf(pieces);
  if (!/^[\w+/-]*={0,2}$/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return (value) => bytes.equals(Buffer.from(value, 'base64'));
};

/** A comparison of what `read` makes of both texts; a request's value of another type fails it. */
function ordered(
  read: (text: string) => number | undefined,
  isInOrder: (value: number, limit: number) => boolean,
): Comparer {
  const readGiven = rememberLast(read);
  return (pieces) => {
    const limit = read(textOf(pieces));
    if (limit === undefined) return undefined;
    return (text) => {
      const value = readGiven(text);
      return value !== undefined && isInOrder(value, limit);
    };
  };
}

function readNumber(text: string): number | undefined {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}

const isoForm =
  /^\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?)?)?$/;

/** Epoch milliseconds of an ISO 8601 time, which is UTC unless it says otherwise, or of seconds. */
function readDate(text: string): number | undefined {
  if (isoForm.test(text)) {
    const isZoneless = text.includes('T') && !/(?:Z|[+-]\d\d:\d\d)$/.test(text);
    const time = Date.parse(isZoneless ? `${text}Z` : text);
    return Number.isNaN(time) ? undefined : time;
  }
  return /^\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : undefined;
}

const orders = {
  Equals: (value: number, limit: number) => value === limit,
  LessThan: (value: number, limit: number) => value < limit,
  LessThanEquals: (value: number, limit: number) => value <= limit,
  GreaterThan: (value: number, limit: number) => value > limit,
  GreaterThanEquals: (value: number, limit: number) => value >= limit,
};

const texts = (compare: Comparer, negated = false): Meaning => ({
  compare,
  negated,
  hasVariables: true,
});
const literals = (compare: Comparer, negated = false): Meaning => ({
  compare,
  negated,
  hasVariables: false,
});
const inRange: Comparer = (pieces) => compileIpRange(textOf(pieces));

const meanings: Readonly<Record<Exclude<ConditionOperator, 'Null'>, Meaning>> = {
  StringEquals: texts(equals),
  StringNotEquals: texts(equals, true),
  StringEqualsIgnoreCase: texts(equalsIgnoringCase),
  StringNotEqualsIgnoreCase: texts(equalsIgnoringCase, true),
  StringLike: texts(compilePattern),
  StringNotLike: texts(compilePattern, true),
  NumericEquals: literals(ordered(readNumber, orders.Equals)),
  NumericNotEquals: literals(ordered(readNumber, orders.Equals), true),
  NumericLessThan: literals(ordered(readNumber, orders.LessThan)),
  NumericLessThanEquals: literals(ordered(readNumber, orders.LessThanEquals)),
  NumericGreaterThan: literals(ordered(readNumber, orders.GreaterThan)),
  NumericGreaterThanEquals: literals(ordered(readNumber, orders.GreaterThanEquals)),
  DateEquals: literals(ordered(readDate, orders.Equals)),
  DateNotEquals: literals(ordered(readDate, orders.Equals), true),
  DateLessThan: literals(ordered(readDate, orders.LessThan)),
  DateLessThanEquals: literals(ordered(readDate, orders.LessThanEquals)),
  DateGreaterThan: literals(ordered(readDate, orders.GreaterThan)),
  DateGreaterThanEquals: literals(ordered(readDate, orders.GreaterThanEquals)),
  Bool: texts(equalsIgnoringCase),
  BinaryEquals: literals(bytesEqual),
  IpAddress: literals(inRange),
  NotIpAddress: literals(inRange, true),
  ArnEquals: texts(arnLike),
  ArnNotEquals: texts(arnLike, true),
  ArnLike: texts(arnLike),
  ArnNotLike: texts(arnLike, true),
};
