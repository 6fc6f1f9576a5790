import type { SignerKey, VerifierKey } from './note-key.ts';

/** A signature below a note: whose it says it is, and the bytes. */
export interface NoteSignature {
  readonly name: string;
  readonly keyId: string;
  readonly bytes: Buffer;
}

/** A text and what is below it, in the form of C2SP's signed notes. */
export interface SignedNote {
  /** Ends with a line feed, which is signed too. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

const keyIdBytes = 4;

/** Signs a text by each of some keys. */
export function signNote(text: string, keys: readonly SignerKey[]): string {
  const lines = keys.map((key) => {
    const { name, id } = key.verifier;
    const bytes = Buffer.concat([Buffer.from(id, 'hex'), key.sign(text)]);
    return `\u2014 ${name} ${bytes.toString('base64')}\n`;
  });
  return `${text}\n${lines.join('')}`;
}

/** Reads a note; undefined when it has not the form of one. */
export function parseNote(note: string): SignedNote | undefined {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) return undefined;
  const signatures = note
    .slice(end + 2, -1)
    .split('\n')
    .map(parseSignature);
  if (!signatures.every((one) => one !== undefined)) return undefined;
  return { text: note.slice(0, end + 1), signatures };
}

function parseSignature(line: string): NoteSignature | undefined {
  const [, name, encoded] = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+=*)$/.exec(line) ?? [];
  const bytes = Buffer.from(encoded ?? '', 'base64');
  if (name === undefined || bytes.length <= keyIdBytes) return undefined;
  const keyId = bytes.subarray(0, keyIdBytes).toString('hex');
  return { name, keyId, bytes: bytes.subarray(keyIdBytes) };
}

/** Whether a note bears a key's good signature. */
export function isSignedBy({ text, signatures }: SignedNote, key: VerifierKey): boolean {
  return signatures.some(
    ({ name, keyId, bytes }) => name === key.name && keyId === key.id && key.isSigned(text, bytes),
  );
}
