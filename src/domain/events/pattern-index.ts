import { fieldsOf, wantedPaths } from './event-fields.ts';
import type { WantedPaths } from './event-fields.ts';
import type { EventPattern } from './event-pattern.ts';

/** Something that waits for events of a pattern. */
export interface Waiting {
  readonly pattern: EventPattern;
}

/**
 * Finds, among many, those whose patterns an event matches, without asking each of them: every one
 * is kept under the texts of one field that its events must have, the field whose texts the fewest
 * others share. An event's own texts then lead to the few that are worth asking.
 */
export class PatternIndex<Item extends Waiting> {
  /** By field and text; `anything` are those that require no text of any field. */
  readonly #byField = new Map<string, Map<string, Item[]>>();
  readonly #anything: Item[] = [];
  readonly #wanted: WantedPaths;

  constructor(items: readonly Item[]) {
    const shared = countShared(items);
    this.#wanted = wantedPaths(items.flatMap(({ pattern }) => [...pattern.paths]));
    for (const item of items) {
      const [path, texts] = rarest(item.pattern, shared) ?? [];
      if (path === undefined || texts === undefined) this.#anything.push(item);
      else for (const text of new Set(texts)) entry(this.#byField, path, text).push(item);
    }
  }

  /** The items that wait for an event, each once. */
  waitingFor(event: Readonly<Record<string, unknown>>): Item[] {
    const fields = fieldsOf(event, this.#wanted);
    const candidates = new Set(this.#anything);
    for (const [path, byText] of this.#byField) {
      for (const value of fields.values.get(path) ?? []) {
        if (typeof value !== 'string') continue;
        for (const item of byText.get(value) ?? []) candidates.add(item);
      }
    }
    return [...candidates].filter(({ pattern }) => pattern.matchesFields(fields));
  }
}

/** How many items require a text of a field: `path\0text` to a count. */
function countShared(items: readonly Waiting[]): Map<string, number> {
  const shared = new Map<string, number>();
  for (const { pattern } of items) {
    for (const [path, texts] of pattern.required) {
      for (const text of new Set(texts)) {
        const key = `${path}\0${text}`;
        shared.set(key, (shared.get(key) ?? 0) + 1);
      }
    }
  }
  return shared;
}

/** The required field of a pattern that tells it best from the others. */
function rarest(
  { required }: EventPattern,
  shared: ReadonlyMap<string, number>,
): readonly [path: string, texts: readonly string[]] | undefined {
  const weigh = ([path, texts]: readonly [string, readonly string[]]): number =>
    texts.reduce((sum, text) => sum + shared.get(`${path}\0${text}`)!, 0);
  return [...required].toSorted((one, other) => weigh(one) - weigh(other))[0];
}

function entry<Item>(
  byField: Map<string, Map<string, Item[]>>,
  path: string,
  text: string,
): Item[] {
  const byText = byField.get(path) ?? new Map<string, Item[]>();
  byField.set(path, byText);
  const items = byText.get(text) ?? [];
  byText.set(text, items);
  return items;
}
