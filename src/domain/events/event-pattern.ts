import { limits } from '../../kernel/limits.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { fieldsOf, wantedPaths } from './event-fields.ts';
import type { EventFields } from './event-fields.ts';
import { readAlternative, tooComplex } from './event-pattern-operators.ts';
import type { RefusePattern } from './event-pattern-operators.ts';
import { fulfilsOne } from './match-tests.ts';
import type { FieldTest } from './match-tests.ts';

/** A pattern of EventBridge's language, ready to be asked. */
export interface EventPattern {
  readonly text: string;
  matches(event: Readonly<Record<string, unknown>>): boolean;
  /** The same of an event that is laid out already, by the paths of many patterns. */
  matchesFields(fields: EventFields): boolean;
  /** What it asks events for. */
  readonly paths: ReadonlySet<string>;
  /** Fields of which each event that matches has one of some texts. */
  readonly required: ReadonlyMap<string, readonly string[]>;
}

/** What an event must fulfil: all tests, and of each choice one branch. */
interface Conjunction {
  readonly tests: readonly FieldTest[];
  readonly choices: readonly (readonly Conjunction[])[];
}

/**
 * Compiles a pattern (events.md section 3); refuses with InvalidEventPatternException, in
 * EventBridge's words.
 */
export function parseEventPattern(text: string): EventPattern {
  const refuse = refuserOf(text);
  const root = readConjunction(parseJson(text, refuse), '', refuse);
  if (countTests(root) > limits.eventPatternFieldsMax) refuse(tooComplex);
  const combinations = combinationsOf(root, refuse);
  const paths = new Set(combinations.flatMap((tests) => tests.map(({ path }) => path)));
  const matchesFields = (fields: EventFields): boolean => fulfilsOne(fields, combinations);
  return {
    text,
    matchesFields,
    matches: (event) => matchesFields(fieldsOf(event, wantedPaths(paths))),
    paths,
    required: requiredTexts(root),
  };
}

function refuserOf(text: string): RefusePattern {
  return (reason, near) => {
    const isPlaceless = reason === tooComplex || /\bCIDR\b|mask bits|IP address/.test(reason);
    const at = near === undefined ? -1 : text.indexOf(JSON.stringify(near));
    const column = (at === -1 ? text.length : at + near!.length + 2) + 1;
    const place = isPlaceless
      ? ''
      : `\n at [Source: (String)"${text}"; line: 1, column: ${column}]`;
    throw new Refusal('invalid', `Event pattern is not valid. Reason: ${reason}${place}`, {
      code: 'InvalidEventPatternException',
    });
  };
}

function parseJson(text: string, refuse: RefusePattern): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return refuse('Unexpected end-of-input or character: the pattern is not JSON');
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readConjunction(value: unknown, path: string, refuse: RefusePattern): Conjunction {
  if (!isObject(value)) return refuse('Filter is not an object');
  const entries = Object.entries(value);
  if (entries.length === 0) refuse('Empty objects are not allowed');
  if (path.length > limits.eventPatternPathCharactersMax) refuse(tooComplex);
  const parts = entries.map(([key, inner]): Conjunction => {
    if (key === '$or' && isChoice(inner)) {
      const branches = inner.map((branch) => readConjunction(branch, path, refuse));
      return { tests: [], choices: [branches] };
    }
    const innerPath = path === '' ? key : `${path}.${key}`;
    if (isObject(inner)) return readConjunction(inner, innerPath, refuse);
    if (!Array.isArray(inner)) return refuse(`"${key}" must be an object or an array`, key);
    if (inner.length === 0) refuse('Empty arrays are not allowed', key);
    const alternatives = inner.map((element) => readAlternative(element, refuse));
    return { tests: [{ path: innerPath, alternatives }], choices: [] };
  });
  return {
    tests: parts.flatMap(({ tests }) => tests),
    choices: parts.flatMap(({ choices }) => choices),
  };
}

/** Words that make an object a match expression, so that `$or` beside them is a field's name. */
const reservedNames: ReadonlySet<string> = new Set([
  'exactly',
  'prefix',
  'suffix',
  'equals-ignore-case',
  'anything-but',
  'exists',
  'wildcard',
  'numeric',
  'cidr',
  '=',
  '<',
  '<=',
  '>',
  '>=',
  'regex',
  'not-wildcard',
  'not-equals-ignore-case',
  'date-after',
  'date-on-or-after',
  'date-before',
  'date-on-or-before',
  'in-date-range',
  'ip-address-in-range',
  'ip-address-not-in-range',
]);

function isChoice(value: unknown): value is Record<string, unknown>[] {
  return (
    Array.isArray(value) &&
    value.length >= 2 &&
    value.every((one) => isObject(one) && !Object.keys(one).some((key) => reservedNames.has(key)))
  );
}

function countTests({ tests, choices }: Conjunction): number {
  return choices.flat().reduce((sum, branch) => sum + countTests(branch), tests.length);
}

/** Only tests that no choice can do without. */
function requiredTexts({ tests }: Conjunction): Map<string, readonly string[]> {
  const required = new Map<string, readonly string[]>();
  for (const { path, alternatives } of tests) {
    const texts = alternatives.flatMap(({ literal }) => (literal === undefined ? [] : [literal]));
    if (texts.length === alternatives.length) required.set(path, texts);
  }
  return required;
}

/** The tests of each way to take one branch of every choice, of which AWS too allows so many. */
function combinationsOf(
  { tests, choices }: Conjunction,
  refuse: RefusePattern,
): readonly (readonly FieldTest[])[] {
  let found: readonly (readonly FieldTest[])[] = [tests];
  for (const branches of choices) {
    const ofBranches = branches.flatMap((branch) => combinationsOf(branch, refuse));
    if (found.length * ofBranches.length > limits.eventPatternCombinationsMax) refuse(tooComplex);
    found = found.flatMap((one) => ofBranches.map((other) => [...one, ...other]));
  }
  return found;
}
