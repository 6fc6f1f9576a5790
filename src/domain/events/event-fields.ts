/** A value of an event that patterns compare: whatever is no object and no array. */
export type LeafValue = string | number | boolean | null;

/** One value at a path, and in which elements of which arrays it stands. */
export interface Leaf {
  readonly value: LeafValue;
  readonly within: readonly ArrayPlace[];
}

/** An element of an array of the event. */
export interface ArrayPlace {
  /** The array itself, which tells it from others of the same path. */
  readonly array: readonly unknown[];
  readonly index: number;
}

/** The values of an event by their paths: keys joined by dots, arrays passed through. */
export type EventFields = ReadonlyMap<string, readonly Leaf[]>;

/** Lays an event out as patterns see it (events.md section 3.1). */
export function fieldsOf(event: Readonly<Record<string, unknown>>): EventFields {
  const fields = new Map<string, Leaf[]>();
  const visit = (value: unknown, path: string, within: readonly ArrayPlace[]): void => {
    if (Array.isArray(value)) {
      for (const [index, element] of value.entries()) {
        visit(element, path, [...within, { array: value, index }]);
      }
      return;
    }
    if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        visit(inner, path === '' ? key : `${path}.${key}`, within);
      }
      return;
    }
    const leaf = { value: value as LeafValue, within };
    const known = fields.get(path);
    if (known) known.push(leaf);
    else fields.set(path, [leaf]);
  };
  visit(event, '', []);
  return fields;
}
