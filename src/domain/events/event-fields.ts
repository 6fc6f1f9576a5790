/** A value of an event that patterns compare: whatever is no object and no array. */
export type LeafValue = string | number | boolean | null;

/** What of an event stands in the same elements of all arrays around it, by path. */
export interface EventElement {
  readonly values: ReadonlyMap<string, readonly LeafValue[]>;
  readonly arrays: readonly EventArray[];
}

/** An array of an event; those directly within it count as its own elements. */
export interface EventArray {
  /** Of all values in it. */
  readonly paths: ReadonlySet<string>;
  readonly elements: readonly EventElement[];
}

/** The values of an event by their paths: keys joined by dots, arrays passed through. */
export interface EventFields {
  /** Wherever they stand. */
  readonly values: ReadonlyMap<string, readonly LeafValue[]>;
  readonly whole: EventElement;
}

/** Paths that patterns ask for, and all that lead there. */
export type WantedPaths = ReadonlySet<string>;

/** Prepares what is wanted of events. */
export function wantedPaths(paths: Iterable<string>): WantedPaths {
  const wanted = new Set(['']);
  for (const path of paths) {
    for (let at = path.indexOf('.'); at !== -1; at = path.indexOf('.', at + 1)) {
      wanted.add(path.slice(0, at));
    }
    wanted.add(path);
  }
  return wanted;
}

class Element implements EventElement {
  readonly values = new Map<string, LeafValue[]>();
  readonly arrays: EventArray[] = [];
}

/**
 * Lays an event out as patterns see it (events.md section 3.1). Only what is wanted is looked at:
 * the paths of all that events hold can be far longer than the events.
 */
export function fieldsOf(
  event: Readonly<Record<string, unknown>>,
  wanted: WantedPaths,
): EventFields {
  const values = new Map<string, LeafValue[]>();
  const visit = (value: unknown, path: string, into: Element): void => {
    if (Array.isArray(value)) {
      const array = layOut(value, path);
      if (array.paths.size > 0) into.arrays.push(array);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        const innerPath = path === '' ? key : `${path}.${key}`;
        if (wanted.has(innerPath)) visit(inner, innerPath, into);
      }
    } else {
      push(values, path, value as LeafValue);
      push(into.values, path, value as LeafValue);
    }
  };
  const layOut = (array: readonly unknown[], path: string): EventArray => {
    const elements = array.flat(Infinity).map((inner) => {
      const element = new Element();
      visit(inner, path, element);
      return element;
    });
    const paths = elements.flatMap(({ values: own, arrays }) => [
      ...own.keys(),
      ...arrays.flatMap((inner) => [...inner.paths]),
    ]);
    return { paths: new Set(paths), elements };
  };
  const whole = new Element();
  visit(event, '', whole);
  return { values, whole };
}

function push(values: Map<string, LeafValue[]>, path: string, value: LeafValue): void {
  const known = values.get(path);
  if (known) known.push(value);
  else values.set(path, [value]);
}
