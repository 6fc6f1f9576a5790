import type { HistoryFinding, LeafWithEntry } from './check-history.ts';
import type { TrustedKey } from './key-rotation.ts';
import { parsePrune, PlacesHash } from './prune-statement.ts';
import type { Prune } from './prune-statement.ts';
import { isSignedBy } from './signed-note.ts';

/** Whose statements are believed, and who is told of what is wrong. */
export interface PruneCheckParts {
  readonly origin: string;
  readonly keys: readonly TrustedKey[];
  readonly report: (finding: HistoryFinding) => void;
}

/**
 * Tells entries that were removed on purpose from those that are missing: each such leaf names a
 * statement, and a statement that is signed by a key of the log names exactly those leaves.
 */
export class PruneCheck {
  readonly #parts: PruneCheckParts;
  readonly #places = new Map<number, PlacesHash>();
  /** Leaves without an entry, by the statement that they name; those of no statement by 0. */
  readonly #gone = new Map<number, { first: LeafWithEntry; count: number }>();

  constructor(parts: PruneCheckParts) {
    this.#parts = parts;
  }

  /** Takes the next leaf. */
  leaf(leaf: LeafWithEntry): void {
    const { pruned, position, seq, entry } = leaf;
    if (pruned === undefined) {
      if (entry) return;
      const problem = `Entry ${seq} is missing.`;
      this.#parts.report({ fault: 'missing', seq, position, problem });
      return;
    }
    const places = this.#places.get(pruned) ?? new PlacesHash();
    places.add(position);
    this.#places.set(pruned, places);
    if (entry) return;
    const gone = this.#gone.get(pruned);
    this.#gone.set(pruned, { first: gone?.first ?? leaf, count: (gone?.count ?? 0) + 1 });
  }

  /** Takes all statements, once all leaves have come; answers how many entries they removed. */
  finish(texts: readonly string[]): number {
    const statements = new Map<number, Prune>();
    for (const [index, text] of texts.entries()) {
      const statement = this.#judge(text, index + 1);
      if (statement) statements.set(statement.number, statement);
    }
    for (const statement of statements.values()) this.#compare(statement);
    let removed = 0;
    for (const [number, { first, count }] of this.#gone) {
      if (statements.has(number)) removed += count;
      else this.#reportUnsaid(number, first, count);
    }
    return removed;
  }

  #judge(text: string, number: number): Prune | undefined {
    const statement = parsePrune(text);
    const problem = statement ? this.#problemOf(statement, number) : 'cannot be read.';
    if (problem === undefined) return statement;
    this.#parts.report({ fault: 'pruned', problem: `Statement ${number} of removal ${problem}` });
    return undefined;
  }

  #problemOf(statement: Prune, number: number): string | undefined {
    const { origin, at, note } = statement;
    if (origin !== this.#parts.origin) return `is of another log: ${origin}.`;
    if (statement.number !== number) return `stands in the place of number ${statement.number}.`;
    const key = this.#parts.keys.find(({ verifier }) => isSignedBy(note, verifier));
    if (!key) return 'is forged, changed, or signed by a key that is not trusted.';
    const { validFrom, validUntil = Infinity } = key;
    if (at >= validFrom && at <= validUntil) return undefined;
    return `is signed by key ${key.number} outside the time in which that key was valid.`;
  }

  #compare({ number, entries, places }: Prune): void {
    const marked = this.#places.get(number) ?? new PlacesHash();
    const count = marked.entries;
    if (count === entries && marked.digest() === places) return;
    const problem =
      `Statement ${number} of removal is of ${entries} entries, and ${count} leaves, not all of ` +
      'them the same, say that they are those.';
    this.#parts.report({ fault: 'pruned', problem });
  }

  #reportUnsaid(number: number, { seq, position }: LeafWithEntry, count: number): void {
    const more = count > 1 ? ` So are ${count - 1} more.` : '';
    const problem = `Entry ${seq} is missing: no good statement ${number} says why.${more}`;
    this.#parts.report({ fault: 'missing', seq, position, problem });
  }
}
