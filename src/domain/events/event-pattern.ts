import { limits } from '../../kernel/limits.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { ArrayPlace, EventFields } from './event-fields.ts';
import { fieldsOf } from './event-fields.ts';
import { readAlternative, tooComplex } from './event-pattern-operators.ts';
import type { Alternative, RefusePattern } from './event-pattern-operators.ts';

/** A pattern of EventBridge's language, ready to be asked. */
export interface EventPattern {
  readonly text: string;
  matches(event: Readonly<Record<string, unknown>>): boolean;
  /** The same of an event that is laid out already, for many patterns. */
  matchesFields(fields: EventFields): boolean;
  /** Fields of which each event that matches has one of some texts. */
  readonly required: ReadonlyMap<string, readonly string[]>;
}

/** What an event must fulfil: all tests, and of each choice one branch. */
interface Conjunction {
  readonly tests: readonly Test[];
  readonly choices: readonly (readonly Conjunction[])[];
}

/** A field and its alternatives. */
interface Test {
  readonly path: string;
  readonly alternatives: readonly Alternative[];
}

/**
 * Compiles a pattern (events.md section 3); refuses with InvalidEventPatternException, in
 * EventBridge's words.
 */
export function parseEventPattern(text: string): EventPattern {
  const refuse = refuserOf(text);
  const root = readConjunction(parseJson(text, refuse), '', refuse);
  if (countTests(root) > limits.eventPatternFieldsMax) refuse(tooComplex);
  const matchesFields = (fields: EventFields): boolean => fulfils(fields, [], goalsOf(root));
  return {
    text,
    matchesFields,
    matches: (event) => matchesFields(fieldsOf(event)),
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

type Goal = Test | readonly Conjunction[];

/** Tests before choices: most events fail one of them. */
function goalsOf({ tests, choices }: Conjunction): readonly Goal[] {
  return [...tests, ...choices];
}

/**
 * Whether all goals are met by values that stand in the same elements of the arrays that they
 * share; `chosen` are the elements that the goals before have settled on.
 */
function fulfils(
  fields: EventFields,
  chosen: readonly ArrayPlace[],
  [goal, ...others]: readonly Goal[],
): boolean {
  if (!goal) return true;
  if (!('path' in goal)) {
    return goal.some((branch) => fulfils(fields, chosen, [...goalsOf(branch), ...others]));
  }
  const leaves = fields.get(goal.path);
  if (!leaves) {
    const isMet = goal.alternatives.some(({ acceptsAbsence }) => acceptsAbsence);
    return isMet && fulfils(fields, chosen, others);
  }
  return leaves.some(
    ({ value, within }) =>
      isCompatible(within, chosen) &&
      goal.alternatives.some((alternative) => alternative.accepts(value)) &&
      fulfils(fields, within.length === 0 ? chosen : [...chosen, ...within], others),
  );
}

function isCompatible(within: readonly ArrayPlace[], chosen: readonly ArrayPlace[]): boolean {
  return within.every((place) =>
    chosen.every(({ array, index }) => array !== place.array || index === place.index),
  );
}
