import { parseVerifierKey } from './note-key.ts';
import type { SignerKey, VerifierKey } from './note-key.ts';
import { isSignedBy, parseNote, signNote } from './signed-note.ts';

/** A public key of a log, as the database and bundles keep it. */
export interface LogKey {
  /** Its place among the log's keys, from 1. */
  readonly number: number;
  /** The key in the form of signed notes. */
  readonly verifier: string;
  /** From then on it signs, until the next one does; epoch milliseconds. */
  readonly validFrom: number;
  /** The note by which it came; signed by itself, and by the one before unless that was lost. */
  readonly introduction: string;
}

const head = 'imprimatur key introduction';

/** Introduces a key of a log; `before` is the one that it follows. */
export function introduceKey(
  key: SignerKey,
  { number, validFrom }: Pick<LogKey, 'number' | 'validFrom'>,
  before: SignerKey | undefined,
): LogKey {
  const { verifier } = key;
  const text = introductionText({ number, validFrom, verifier: verifier.text });
  const introduction = signNote(text, before ? [key, before] : [key]);
  return { number, verifier: verifier.text, validFrom, introduction };
}

function introductionText(key: Omit<LogKey, 'introduction'>): string {
  const from = new Date(key.validFrom).toISOString();
  return `${head}\nkey ${key.number}\n${key.verifier}\nfrom ${from}\n`;
}

/** A key of a log, and when it signed. */
export interface TrustedKey {
  readonly verifier: VerifierKey;
  readonly number: number;
  readonly validFrom: number;
  /** When the next one took over; undefined of the newest. */
  readonly validUntil: number | undefined;
}

/** Keys sorted into those to be believed and what is wrong with the others. */
export interface KeyJudgement {
  readonly trusted: readonly TrustedKey[];
  readonly problems: readonly string[];
}

/**
 * Judges a log's keys. One that is in `anchors` is believed, and whichever it vouches for, or that
 * vouches for it; without anchors, the newest is taken at its word.
 */
export function judgeKeys(keys: readonly LogKey[], anchors: readonly string[]): KeyJudgement {
  const problems: string[] = [];
  const links = keys.map((key, i) => examine(key, keys[i - 1], problems));
  const believed = new Set<number>();
  for (const [i, key] of keys.entries()) {
    const isAnchor = anchors.includes(key.verifier);
    if (!isAnchor && !(anchors.length === 0 && i === keys.length - 1)) continue;
    believed.add(i);
    for (let at = i; at > 0 && links[at]?.isVouchedFor; at -= 1) believed.add(at - 1);
    for (let at = i + 1; at < keys.length && links[at]?.isVouchedFor; at += 1) believed.add(at);
  }
  const trusted = keys.flatMap((key, i) => {
    const verifier = links[i]?.verifier;
    if (!verifier) return [];
    if (!believed.has(i)) {
      problems.push(`Key ${key.number} (${verifier.id}) is vouched for by no key that is trusted.`);
      return [];
    }
    const { number, validFrom } = key;
    return [{ verifier, number, validFrom, validUntil: keys[i + 1]?.validFrom }];
  });
  return { trusted, problems };
}

interface Link {
  readonly verifier: VerifierKey;
  readonly isVouchedFor: boolean;
}

function examine(key: LogKey, before: LogKey | undefined, problems: string[]): Link | undefined {
  const verifier = parseVerifierKey(key.verifier);
  const note = parseNote(key.introduction);
  const isOwn =
    verifier && note?.text === introductionText(key) && isSignedBy(note, verifier) ? note : null;
  if (!verifier || !isOwn || key.number !== (before?.number ?? 0) + 1) {
    problems.push(`The record of key ${key.number} was changed, or one before it is missing.`);
    return undefined;
  }
  const last = before && parseVerifierKey(before.verifier);
  return { verifier, isVouchedFor: last !== undefined && isSignedBy(isOwn, last) };
}
