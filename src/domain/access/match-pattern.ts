import { arnParts } from '../../kernel/arn.ts';

/** A stretch of a pattern; in a literal one `*` and `?` stand for themselves. */
export interface PatternPiece {
  readonly text: string;
  readonly literal: boolean;
}

/** What stands between two stars. */
interface Segment {
  readonly text: string;
  /** Which characters are a `?`; undefined when none is. */
  readonly holes: ReadonlySet<number> | undefined;
  /** The stretches between them: compared as wholes, not character by character. */
  readonly runs: readonly Run[];
}

/** A stretch of a segment without a `?`. */
interface Run {
  readonly at: number;
  readonly text: string;
}

/** A pattern written as one text, all of whose wildcards count. */
export function wildPieces(text: string): readonly PatternPiece[] {
  return [{ text, literal: false }];
}

/**
 * Compiles a pattern in which `*` is any text and `?` one character (identity.md section 3.1).
 *
 * Each stretch between stars is looked for from where the one before ended and never again: a text
 * takes its length times the longest stretch at worst, whatever the number of stars.
 */
export function compilePattern(pieces: readonly PatternPiece[]): (text: string) => boolean {
  const segments = splitAtStars(pieces);
  const [first, last] = [segments[0]!, segments.at(-1)!];
  const lengthMin = segments.reduce((sum, { text }) => sum + text.length, 0);
  const isPlain = segments.length === 2 && !first.holes && last.text === '';
  if (isPlain) return (text) => text.startsWith(first.text);
  if (segments.length === 1) {
    if (!first.holes) return (text) => text === first.text;
    return (text) => text.length === lengthMin && fits(text, first, 0);
  }
  return (text) => {
    const end = text.length - last.text.length;
    if (text.length < lengthMin || !fits(text, first, 0) || !fits(text, last, end)) return false;
    let at = first.text.length;
    for (let i = 1; i < segments.length - 1; i += 1) {
      const segment = segments[i]!;
      const found = find(text, segment, at);
      at = found + segment.text.length;
      if (found === -1 || at > end) return false;
    }
    return true;
  };
}

/**
 * Compiles a pattern for ARNs: part by part, so that no wildcard reaches over a colon but in the
 * last; parts that are left out are any (identity.md section 3.1). `*` alone fits whatever comes.
 */
export function compileArnPattern(
  pieces: readonly PatternPiece[],
): (parts: readonly string[] | undefined) => boolean {
  if (isAnything(pieces)) return () => true;
  const patterns = splitAtColons(pieces)
    .map((part, index) => ({ index, isAny: isAnything(part), fits: compilePattern(part) }))
    .filter(({ isAny }) => !isAny)
    // From the end, where the ARNs of one registry differ.
    .reverse();
  return (parts) => parts !== undefined && patterns.every(({ index, fits }) => fits(parts[index]!));
}

/** How the last part of each ARN begins that a pattern fits. */
export function arnPatternStart(pieces: readonly PatternPiece[]): string {
  if (isAnything(pieces)) return '';
  const [{ text, holes }] = splitAtStars(splitAtColons(pieces).at(-1)!) as [Segment];
  return holes ? text.slice(0, Math.min(...holes)) : text;
}

function isAnything(pieces: readonly PatternPiece[]): boolean {
  return pieces.every(({ text, literal }) => !literal && text === '*');
}

function splitAtColons(pieces: readonly PatternPiece[]): PatternPiece[][] {
  const parts: PatternPiece[][] = [[]];
  for (const { text, literal } of pieces) {
    const [first = '', ...others] = text.split(':', arnParts - parts.length + 1);
    const taken = [first, ...others].join(':').length;
    parts.at(-1)!.push({ text: first, literal });
    for (const other of others) parts.push([{ text: other, literal }]);
    // What lies beyond the sixth colon belongs to the last part.
    if (taken < text.length) parts.at(-1)!.push({ text: text.slice(taken), literal });
  }
  while (parts.length < arnParts) parts.push([...wildPieces('*')]);
  return parts;
}

function splitAtStars(pieces: readonly PatternPiece[]): Segment[] {
  const segments = [{ text: '', holes: undefined as Set<number> | undefined }];
  for (const { text, literal } of pieces) {
    const [first = '', ...others] = literal ? [text] : text.split('*');
    append(segments.at(-1)!, first, literal);
    for (const other of others) {
      segments.push({ text: '', holes: undefined });
      append(segments.at(-1)!, other, literal);
    }
  }
  return segments.map((segment) => ({ ...segment, runs: runsOf(segment) }));
}

function append(
  segment: { text: string; holes: Set<number> | undefined },
  text: string,
  literal: boolean,
): void {
  for (let at = literal ? -1 : text.indexOf('?'); at !== -1; at = text.indexOf('?', at + 1)) {
    segment.holes ??= new Set();
    segment.holes.add(segment.text.length + at);
  }
  segment.text += text;
}

function runsOf({ text, holes }: Pick<Segment, 'text' | 'holes'>): Run[] {
  const runs: Run[] = [];
  let at = 0;
  for (let end = 0; end <= text.length; end += 1) {
    if (end < text.length && !holes?.has(end)) continue;
    if (end > at) runs.push({ at, text: text.slice(at, end) });
    at = end + 1;
  }
  return runs;
}

function fits(text: string, { text: expected, runs }: Segment, at: number): boolean {
  if (at < 0 || at + expected.length > text.length) return false;
  return runs.every((run) => text.startsWith(run.text, at + run.at));
}

function find(text: string, segment: Segment, from: number): number {
  const { holes, runs } = segment;
  if (!holes) return text.indexOf(segment.text, from);
  // A stretch that is nowhere spares all the places that others might fit.
  if (runs.some((run) => !text.includes(run.text, from))) return -1;
  const [first] = runs;
  for (let at = from; at + segment.text.length <= text.length; at += 1) {
    if (first) {
      const found = text.indexOf(first.text, at + first.at);
      if (found === -1) return -1;
      at = found - first.at;
    }
    if (fits(text, segment, at)) return at;
  }
  return -1;
}
