import { limits } from '../../kernel/limits.ts';
import type { EventArray, EventElement, EventFields, LeafValue } from './event-fields.ts';
import type { Alternative } from './event-pattern-operators.ts';

/** A field and its alternatives. */
export interface FieldTest {
  readonly path: string;
  readonly alternatives: readonly Alternative[];
}

/** What is left of the steps that may be taken, so that no event holds up all others. */
interface Search {
  steps: number;
}

/**
 * Whether an event fulfils all tests of one of some combinations, by values that stand in the same
 * elements of the arrays that they share. It takes time in proportion to the event; only events
 * that spell one path in several ways can ask for more, and match nothing when that is too much.
 */
export function fulfilsOne(
  fields: EventFields,
  combinations: readonly (readonly FieldTest[])[],
): boolean {
  const search = { steps: limits.eventPatternStepsMax };
  const isHopeless = new Map<FieldTest, boolean>();
  const mayHold = (test: FieldTest): boolean => {
    const known = isHopeless.get(test);
    if (known !== undefined) return !known;
    const values = fields.values.get(test.path);
    const may = values ? accepts(test, values) : acceptsAbsence(test);
    isHopeless.set(test, !may);
    return may;
  };
  return combinations.some(
    (tests) =>
      tests.every(mayHold) &&
      fulfils(
        fields.whole,
        tests.filter(({ path }) => fields.values.has(path)),
        search,
      ),
  );
}

function accepts({ alternatives }: FieldTest, values: readonly LeafValue[]): boolean {
  return values.some((value) => alternatives.some((alternative) => alternative.accepts(value)));
}

function acceptsAbsence({ alternatives }: FieldTest): boolean {
  return alternatives.some((alternative) => alternative.acceptsAbsence);
}

/** Each array gets the tests whose values are in it, and must have an element for all of them. */
function fulfils(element: EventElement, tests: readonly FieldTest[], search: Search): boolean {
  search.steps -= 1 + tests.length;
  const inArrays = tests.filter((test) => !accepts(test, element.values.get(test.path) ?? []));
  if (inArrays.length === 0) return true;
  const places = inArrays.map(({ path }) => element.arrays.filter(({ paths }) => paths.has(path)));
  const ways = places.reduce((product, { length }) => product * length, 1);
  for (let way = 0; way < ways && search.steps > 0; way += 1) {
    const byArray = Map.groupBy(inArrays.entries(), placeIn(places, way));
    const isFulfilled = [...byArray].every(([{ elements }, own]) => {
      const ofArray = own.map(([, test]) => test);
      return elements.some((inner) => search.steps > 0 && fulfils(inner, ofArray, search));
    });
    if (isFulfilled) return true;
  }
  return false;
}

/** Where each test looks, in one of the ways to deal them out to the arrays that have its path. */
function placeIn(
  places: readonly (readonly EventArray[])[],
  way: number,
): (entry: [index: number, test: FieldTest]) => EventArray {
  let rest = way;
  const chosen = places.map((arrays) => {
    const array = arrays[rest % arrays.length]!;
    rest = Math.floor(rest / arrays.length);
    return array;
  });
  return ([index]) => chosen[index]!;
}
