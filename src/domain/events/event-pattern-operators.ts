import { limits } from '../../kernel/limits.ts';
import { compileIpRange } from '../access/ip-range.ts';
import { compilePattern } from '../access/match-pattern.ts';
import type { PatternPiece } from '../access/match-pattern.ts';
import type { LeafValue } from './event-fields.ts';

/** Refuses a pattern; `near` is the key beside which the fault stands. */
export type RefusePattern = (reason: string, near?: string) => never;

/** One of the alternatives that a pattern has for a field. */
export interface Alternative {
  accepts(value: LeafValue): boolean;
  readonly acceptsAbsence: boolean;
  /** The value that alone is accepted, where it is one text: what rules are indexed by. */
  readonly literal?: string;
}

type Accepts = (value: LeafValue) => boolean;

/** Reads an element of a field's array (events.md section 3.2). */
export function readAlternative(element: unknown, refuse: RefusePattern): Alternative {
  if (typeof element !== 'object' || element === null) return literally(element as LeafValue);
  if (Array.isArray(element)) {
    refuse('Match value must be String, number, true, false, or null');
  }
  const [name, operand] = onlyEntry(element as Record<string, unknown>, refuse);
  if (name === 'exists') return readExists(operand, refuse);
  if (name === 'exactly') return literally(readText(operand, 'exactly', refuse));
  const read = ownOf(operators, name);
  if (!read) refuse(`Unrecognized match type ${name}`, name);
  return { accepts: read(operand, refuse), acceptsAbsence: false };
}

function literally(literal: LeafValue): Alternative {
  return {
    accepts: (value) => value === literal,
    acceptsAbsence: false,
    ...(typeof literal === 'string' && { literal }),
  };
}

function onlyEntry(
  expression: Readonly<Record<string, unknown>>,
  refuse: RefusePattern,
): [name: string, operand: unknown] {
  const [entry, other] = Object.entries(expression);
  if (!entry) refuse('Match expression name not found');
  if (other) refuse('Only one key allowed in match expression', other[0]);
  return entry;
}

function readExists(operand: unknown, refuse: RefusePattern): Alternative {
  if (typeof operand !== 'boolean') {
    refuse('exists match pattern must be either true or false.', 'exists');
  }
  return { accepts: () => operand, acceptsAbsence: !operand };
}

type Operators = Readonly<
  Record<string, ((operand: unknown, refuse: RefusePattern) => Accepts) | undefined>
>;

/** Names that every object knows, such as `constructor`, are no operators. */
function ownOf(known: Operators, name: string): Operators[string] {
  return Object.hasOwn(known, name) ? known[name] : undefined;
}

const operators: Operators = {
  prefix: (operand, refuse) => readAffix('prefix', operand, refuse),
  suffix: (operand, refuse) => readAffix('suffix', operand, refuse),
  'equals-ignore-case': (operand, refuse) =>
    compares.sameButCase(readText(operand, 'equals-ignore-case', refuse)),
  wildcard: (operand, refuse) => readWildcard(readText(operand, 'wildcard', refuse), refuse),
  'anything-but': readAnythingBut,
  numeric: readNumeric,
  cidr: readCidr,
};

function ofText(accepts: (text: string) => boolean): Accepts {
  return (value) => typeof value === 'string' && accepts(value);
}

const compares = {
  prefix: (text: string) => ofText((value) => value.startsWith(text)),
  suffix: (text: string) => ofText((value) => value.endsWith(text)),
  sameButCase: (text: string) => {
    const lower = text.toLowerCase();
    return ofText((value) => value.toLowerCase() === lower);
  },
};

function readText(operand: unknown, name: string, refuse: RefusePattern): string {
  if (typeof operand === 'string') return operand;
  return refuse(`${name} match pattern must be a string`, name);
}

function readAffix(name: 'prefix' | 'suffix', operand: unknown, refuse: RefusePattern): Accepts {
  if (typeof operand === 'string') return compares[name](operand);
  if (typeof operand !== 'object' || operand === null || Array.isArray(operand)) {
    return refuse(`${name} match pattern must be a string`, name);
  }
  const [inner, value] = onlyEntry(operand as Record<string, unknown>, refuse);
  if (inner !== 'equals-ignore-case') refuse(`Unsupported ${name} pattern: ${inner}`, inner);
  const text = readText(value, inner, refuse).toLowerCase();
  const fits = name === 'prefix' ? 'startsWith' : 'endsWith';
  return ofText((given) => given.toLowerCase()[fits](text));
}

function readWildcard(pattern: string, refuse: RefusePattern): Accepts {
  const pieces: PatternPiece[] = [];
  let stars = 0;
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at]!;
    const next = pattern[at + 1];
    if (character === '*') {
      if (next === '*') refuse(`Consecutive wildcard characters at pos ${at + 1}`, 'wildcard');
      stars += 1;
      pieces.push({ text: '*', literal: false });
    } else if (character === '\\') {
      if (next !== '*' && next !== '\\') {
        refuse(`Invalid escape character at pos ${at + 1}`, 'wildcard');
      }
      pieces.push({ text: next, literal: true });
      at += 1;
    } else pieces.push({ text: character, literal: true });
  }
  if (stars > limits.eventPatternWildcardsMax) refuse(tooComplex);
  return ofText(compilePattern(pieces));
}

/** What AWS says of a pattern that costs too much; it has no place in the text. */
export const tooComplex =
  'Rule is too complex - try using fewer wildcard characters or fewer repeating character ' +
  'sequences after a wildcard character';

function readAnythingBut(operand: unknown, refuse: RefusePattern): Accepts {
  if (typeof operand === 'string' || typeof operand === 'number') {
    return (value) => value !== operand;
  }
  if (Array.isArray(operand)) return readAnythingButList(operand, refuse);
  if (typeof operand !== 'object' || operand === null) {
    const reason = 'Value of anything-but must be an array or single string/number value.';
    return refuse(reason, 'anything-but');
  }
  const [name, value] = onlyEntry(operand as Record<string, unknown>, refuse);
  const read = ownOf(notOperators, name);
  if (!read) refuse(`Unsupported anything-but pattern: ${name}`, name);
  const values: unknown[] = Array.isArray(value) ? value : [value];
  if (values.length === 0) refuse('Empty arrays are not allowed', name);
  const excluded = values.map((one) => read(one, refuse));
  return (given) => !excluded.some((fits) => fits(given));
}

const notOperators: Operators = {
  prefix: (operand, refuse) => compares.prefix(readExcludedAffix(operand, refuse)),
  suffix: (operand, refuse) => compares.suffix(readExcludedAffix(operand, refuse)),
  'equals-ignore-case': operators['equals-ignore-case'],
  wildcard: operators['wildcard'],
};

function readExcludedAffix(operand: unknown, refuse: RefusePattern): string {
  if (typeof operand !== 'string') return refuse('prefix/suffix match pattern must be a string');
  return operand === '' ? refuse('Null prefix/suffix not allowed') : operand;
}

function readAnythingButList(list: readonly unknown[], refuse: RefusePattern): Accepts {
  const types = new Set(list.map((value) => typeof value));
  if (list.some((value) => typeof value !== 'string' && typeof value !== 'number')) {
    const reason = 'Inside anything but list, start|null|boolean is not supported.';
    refuse(reason, 'anything-but');
  }
  if (types.size !== 1) {
    const reason =
      'Inside anything but list, either all values are number or string, mixed type is not ' +
      'supported';
    refuse(reason, 'anything-but');
  }
  const excluded = new Set(list);
  return (value) => !excluded.has(value);
}

const comparisons = {
  '=': (value: number, limit: number) => value === limit,
  '<': (value: number, limit: number) => value < limit,
  '<=': (value: number, limit: number) => value <= limit,
  '>': (value: number, limit: number) => value > limit,
  '>=': (value: number, limit: number) => value >= limit,
} as const;

function readNumeric(operand: unknown, refuse: RefusePattern): Accepts {
  if (!Array.isArray(operand)) return refuse('Value of numeric must be an array.', 'numeric');
  const terms = operand as readonly unknown[];
  const first = readComparison(terms, 0, refuse);
  const isBottom = first.operator === '>' || first.operator === '>=';
  if (terms.length === 2) return (value) => typeof value === 'number' && first.holds(value);
  if (!isBottom) refuse('Too many elements in numeric expression', 'numeric');
  const second = readComparison(terms, 2, refuse);
  if (second.operator !== '<' && second.operator !== '<=') {
    refuse(`Bad numeric range operator: ${second.operator}`, 'numeric');
  }
  if (terms.length > 4) refuse('Too many terms in numeric range expression', 'numeric');
  if (first.limit >= second.limit) refuse('Bottom must be less than top', 'numeric');
  return (value) => typeof value === 'number' && first.holds(value) && second.holds(value);
}

interface Comparison {
  readonly operator: keyof typeof comparisons;
  readonly limit: number;
  holds(value: number): boolean;
}

function readComparison(terms: readonly unknown[], at: number, refuse: RefusePattern): Comparison {
  const [operator, limit] = [terms[at], terms[at + 1]];
  if (typeof operator !== 'string') {
    const told = operator === undefined ? ']' : JSON.stringify(operator);
    return refuse(`Invalid member in numeric match: ${told}`, 'numeric');
  }
  if (!Object.hasOwn(comparisons, operator)) {
    refuse(`Unrecognized numeric range operator: ${operator}`, 'numeric');
  }
  if (typeof limit !== 'number') return refuse(`Value of ${operator} must be numeric`, 'numeric');
  const known = operator as keyof typeof comparisons;
  return { operator: known, limit, holds: (value) => comparisons[known](value, limit) };
}

/** Reasons about addresses have no place in the text either. */
function readCidr(operand: unknown, refuse: RefusePattern): Accepts {
  if (typeof operand !== 'string') return refuse('prefix match pattern must be a string', 'cidr');
  const [address = '', bits, ...others] = operand.split('/');
  if (bits === undefined || others.length > 0) refuse("Malformed CIDR, one '/' required");
  if (!/^\d+$/.test(bits)) refuse('Malformed CIDR, mask bits must be an integer');
  if (!compileIpRange(address)) refuse(`Nonstandard IP address: ${address}`);
  const [family, bitsMax] = address.includes(':') ? ['IPv6', 128] : ['IPv4', 32];
  if (Number(bits) >= bitsMax) refuse(`${family} mask bits must be < ${bitsMax}`);
  return ofText(compileIpRange(operand)!);
}
