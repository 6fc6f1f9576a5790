import type { SignerKey } from './note-key.ts';
import { parseNote, signNote } from './signed-note.ts';
import type { SignedNote } from './signed-note.ts';

/** What a checkpoint says of a journal. */
export interface CheckpointFacts {
  /** Which log: its name, which no other one has. */
  readonly origin: string;
  /** How many entries are sealed. */
  readonly size: number;
  /** The Merkle tree hash over them, in hex. */
  readonly root: string;
  /** When it was made; epoch milliseconds. */
  readonly at: number;
  /** No entry with a number up to this one came later, or will. */
  readonly settledSeq: number;
}

/** A checkpoint and the note that it was read from. */
export interface Checkpoint extends CheckpointFacts {
  readonly note: SignedNote;
  readonly text: string;
}

/**
 * Signs a checkpoint in C2SP's form (tlog-checkpoint): origin, size, root in base64; and two
 * lines of ours, when it was made and up to which number no entry can come any more.
 */
export function signCheckpoint(facts: CheckpointFacts, key: SignerKey): string {
  const lines = [
    facts.origin,
    `${facts.size}`,
    Buffer.from(facts.root, 'hex').toString('base64'),
    `time ${new Date(facts.at).toISOString()}`,
    `settled ${facts.settledSeq}`,
  ];
  return signNote(`${lines.join('\n')}\n`, [key]);
}

const checkpointText =
  /^([^\n]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\ntime (\S+Z)\nsettled (0|[1-9]\d{0,15})\n$/;

/** Reads a checkpoint, without a look at its signatures; undefined when it is none. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  const note = parseNote(text);
  const [, origin, size, root, time, settled] = checkpointText.exec(note?.text ?? '') ?? [];
  const at = Date.parse(time ?? '');
  if (!note || origin === undefined || Number.isNaN(at)) return undefined;
  return {
    origin,
    size: Number(size),
    root: Buffer.from(root!, 'base64').toString('hex'),
    at,
    settledSeq: Number(settled),
    note,
    text,
  };
}
