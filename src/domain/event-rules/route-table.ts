import { parseEventPattern } from '../events/event-pattern.ts';
import type { EventPattern } from '../events/event-pattern.ts';
import { PatternIndex } from '../events/pattern-index.ts';
import type { Waiting } from '../events/pattern-index.ts';
import type { EventEnvelope } from '../events/event-envelope.ts';

/** What waits for events of a bus. */
export interface RouteSource {
  readonly account_id: string;
  readonly region: string;
  readonly bus_name: string;
  readonly pattern: string | null;
}

/** Where an event was put. */
export type Bus = Omit<RouteSource, 'pattern'>;

interface Route<Item> extends Waiting {
  readonly item: Item;
}

/** Compiled patterns by their text: most are the same after one of them has changed. */
export type CompiledPatterns = ReadonlyMap<string, EventPattern>;

/** Finds what waits for an event, among all that wait on all buses. */
export class RouteTable<Item> {
  readonly patterns: CompiledPatterns;
  readonly #buses = new Map<string, PatternIndex<Route<Item>>>();

  /**
   * `known` are patterns that need not be compiled again. A pattern that is not understood, as when
   * a newer server stored it, or that fails on an event, waits for nothing from then on: `onBroken`
   * is told, and all others go on.
   */
  constructor(
    items: readonly { readonly source: RouteSource; readonly item: Item }[],
    known: CompiledPatterns,
    onBroken: (source: RouteSource, error: unknown) => void,
  ) {
    const patterns = new Map<string, EventPattern>();
    this.patterns = patterns;
    const routes = new Map<string, Route<Item>[]>();
    for (const { source, item } of items) {
      const text = source.pattern ?? everything;
      try {
        const pattern = patterns.get(text) ?? known.get(text) ?? compile(text);
        patterns.set(text, pattern);
        const key = keyOf(source);
        const ofBus = routes.get(key) ?? [];
        routes.set(key, ofBus);
        ofBus.push({ pattern: guarded(pattern, (error) => onBroken(source, error)), item });
      } catch (error) {
        onBroken(source, error);
      }
    }
    for (const [key, ofBus] of routes) this.#buses.set(key, new PatternIndex(ofBus));
  }

  /** What waits for an event on a bus. */
  waitingFor(bus: Bus, event: EventEnvelope): Item[] {
    const found = this.#buses.get(keyOf(bus))?.waitingFor({ ...event });
    return found?.map(({ item }) => item) ?? [];
  }
}

/** A pattern that fails at most once: one customer's must not stop the events of all. */
function guarded(pattern: EventPattern, onFailure: (error: unknown) => void): EventPattern {
  let hasFailed = false;
  return {
    ...pattern,
    matchesFields: (fields) => {
      if (hasFailed) return false;
      try {
        return pattern.matchesFields(fields);
      } catch (error) {
        hasFailed = true;
        onFailure(error);
        return false;
      }
    },
  };
}

function keyOf({ account_id, region, bus_name }: Bus): string {
  return `${account_id} ${region} ${bus_name}`;
}

/** An archive without a pattern keeps all. */
const everything = '';

function compile(text: string): EventPattern {
  if (text !== everything) return parseEventPattern(text);
  const [paths, required] = [new Set<string>(), new Map<string, readonly string[]>()];
  return { text, paths, required, matches: () => true, matchesFields: () => true };
}
