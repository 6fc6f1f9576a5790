import { createHash } from 'node:crypto';
import type { SignerKey } from './note-key.ts';
import { parseNote, signNote } from './signed-note.ts';
import type { SignedNote } from './signed-note.ts';

/** What is said when entries are removed from a journal: which they were, and by whose word. */
export interface PruneFacts {
  /** Which log. */
  readonly origin: string;
  /** Its place among the log's statements, from 1. */
  readonly number: number;
  /** No entry with a higher number is among them. */
  readonly throughSeq: number;
  /** Nor any that was written then or later; epoch milliseconds. */
  readonly before: number;
  /** How many entries are removed. */
  readonly entries: number;
  /** The hash over their places in the tree; see PlacesHash. */
  readonly places: string;
  /** When it was said; epoch milliseconds. */
  readonly at: number;
}

/** A statement and the note that it was read from. */
export interface Prune extends PruneFacts {
  readonly note: SignedNote;
}

const head = 'imprimatur journal prune';

/** Signs a statement, as a note of the form that checkpoints have. */
export function signPrune(facts: PruneFacts, key: SignerKey): string {
  const lines = [
    head,
    facts.origin,
    `prune ${facts.number}`,
    `through ${facts.throughSeq}`,
    `before ${new Date(facts.before).toISOString()}`,
    `entries ${facts.entries}`,
    `places ${facts.places}`,
    `time ${new Date(facts.at).toISOString()}`,
  ];
  return signNote(`${lines.join('\n')}\n`, [key]);
}

const number = '(0|[1-9]\\d{0,15})';
const pruneText = new RegExp(
  `^${head}\n([^\n]+)\nprune ${number}\nthrough ${number}\nbefore (\\S+Z)\nentries ${number}\n` +
    `places ([0-9a-f]{64})\ntime (\\S+Z)\n$`,
);

/** Reads a statement, without a look at its signatures; undefined when it is none. */
export function parsePrune(text: string): Prune | undefined {
  const note = parseNote(text);
  const parts = pruneText.exec(note?.text ?? '');
  if (!note || !parts) return undefined;
  const [, origin, place, through, before, entries, places, time] = parts;
  const [beforeAt, at] = [Date.parse(before!), Date.parse(time!)];
  if (Number.isNaN(beforeAt) || Number.isNaN(at)) return undefined;
  return {
    origin: origin!,
    number: Number(place),
    throughSeq: Number(through),
    before: beforeAt,
    entries: Number(entries),
    places: places!,
    at,
    note,
  };
}

/** A hash over places in the tree, which come in ascending order: in decimal, a line each. */
export class PlacesHash {
  readonly #hash = createHash('sha256');
  entries = 0;

  add(position: number): void {
    this.#hash.update(`${position}\n`);
    this.entries += 1;
  }

  /** In hex; nothing can be added after it. */
  digest(): string {
    return this.#hash.digest('hex');
  }
}
