/**
 * Matches events with patterns the slow and obvious way: every choice is written out, every way to
 * pick a value for each field is tried. It shares no code with the product's matcher.
 */
type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

interface Value {
  readonly path: string;
  readonly value: Json;
  /** `path of the array#its place` to the element's index. */
  readonly elements: ReadonlyMap<string, number>;
}

/** Whether an event matches a well-formed pattern. */
export function matchesSlowly(pattern: Json, event: Json): boolean {
  const values = valuesOf(event, '', new Map(), '');
  return writtenOut(pattern as { [key: string]: Json }, '').some((tests) =>
    picks(tests, values).some((picked) => isConsistent(picked)),
  );
}

interface FieldTest {
  readonly path: string;
  readonly alternatives: Json[];
}

/** All conjunctions that a pattern stands for, its choices multiplied out. */
function writtenOut(pattern: { [key: string]: Json }, path: string): FieldTest[][] {
  let all: FieldTest[][] = [[]];
  for (const [key, inner] of Object.entries(pattern)) {
    const innerPath = path === '' ? key : `${path}.${key}`;
    const ways =
      key === '$or'
        ? (inner as { [key: string]: Json }[]).flatMap((branch) => writtenOut(branch, path))
        : Array.isArray(inner)
          ? [[{ path: innerPath, alternatives: inner }]]
          : writtenOut(inner as { [key: string]: Json }, innerPath);
    all = all.flatMap((tests) => ways.map((way) => [...tests, ...way]));
  }
  return all;
}

/** Every way to pick a value that is accepted for each test; an absent one picks nothing. */
function picks(tests: FieldTest[], values: Value[]): Value[][] {
  let all: Value[][] = [[]];
  for (const { path, alternatives } of tests) {
    const present = values.filter((value) => value.path === path);
    const accepted = present.filter(({ value }) => alternatives.some((one) => accepts(one, value)));
    const isAbsentAccepted =
      present.length === 0 && alternatives.some((one) => operandOf(one, 'exists') === false);
    const ways = isAbsentAccepted ? [[]] : accepted.map((value) => [value]);
    all = all.flatMap((picked) => ways.map((way) => [...picked, ...way]));
  }
  return all;
}

function isConsistent(picked: Value[]): boolean {
  const chosen = new Map<string, number>();
  for (const { elements } of picked) {
    for (const [array, index] of elements) {
      if ((chosen.get(array) ?? index) !== index) return false;
      chosen.set(array, index);
    }
  }
  return true;
}

function valuesOf(
  value: Json,
  path: string,
  elements: ReadonlyMap<string, number>,
  place: string,
): Value[] {
  if (Array.isArray(value)) {
    return value.flatMap((element, index) =>
      valuesOf(
        element,
        path,
        new Map([...elements, [`${path}#${place}`, index]]),
        `${place}/${index}`,
      ),
    );
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, inner]) =>
      valuesOf(inner, path === '' ? key : `${path}.${key}`, elements, `${place}.${key}`),
    );
  }
  return [{ path, value, elements }];
}

function operandOf(alternative: Json, name: string): Json | undefined {
  const isExpression = typeof alternative === 'object' && alternative !== null;
  return isExpression ? (alternative as { [key: string]: Json })[name] : undefined;
}

function accepts(alternative: Json, value: Json): boolean {
  if (typeof alternative !== 'object' || alternative === null) return alternative === value;
  const [[name, operand]] = Object.entries(alternative) as [[string, Json]];
  if (name === 'exists') return operand === true;
  if (name === 'numeric') return inRange(operand as (string | number)[], value);
  if (name === 'anything-but') return isOther(operand, value);
  return typeof value === 'string' && textFits(name, operand as string, value);
}

function isOther(operand: Json, value: Json): boolean {
  if (typeof operand !== 'object' || operand === null) return operand !== value;
  if (Array.isArray(operand)) return !operand.includes(value);
  const [[name, inner]] = Object.entries(operand) as [[string, Json]];
  const list = (Array.isArray(inner) ? inner : [inner]) as string[];
  return typeof value !== 'string' || !list.some((one) => textFits(name, one, value));
}

function textFits(name: string, operand: string, value: string): boolean {
  const quoted = operand.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  switch (name) {
    case 'prefix':
      return value.slice(0, operand.length) === operand;
    case 'suffix':
      return (
        value.length >= operand.length && value.slice(value.length - operand.length) === operand
      );
    case 'equals-ignore-case':
      return value.toLowerCase() === operand.toLowerCase();
    case 'wildcard':
      return new RegExp(`^${quoted.replaceAll(String.raw`\*`, '.*')}$`, 's').test(value);
    default:
      throw new Error(`The reference does not know ${name}.`);
  }
}

function inRange(terms: (string | number)[], value: Json): boolean {
  if (typeof value !== 'number') return false;
  for (let at = 0; at < terms.length; at += 2) {
    const limit = terms[at + 1] as number;
    const holds = {
      '=': value === limit,
      '<': value < limit,
      '<=': value <= limit,
      '>': value > limit,
      '>=': value >= limit,
    }[terms[at] as string];
    if (!holds) return false;
  }
  return true;
}
