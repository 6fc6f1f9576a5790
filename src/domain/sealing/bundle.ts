import { limits } from '../../kernel/limits.ts';
import type { JournalRow } from '../../store/tables.ts';
import { HistoryCheck } from './check-history.ts';
import type { HistoryFacts, HistoryReport, LeafWithEntry } from './check-history.ts';
import { PartCheck } from './check-part.ts';
import type { LogKey } from './key-rotation.ts';

/** What the first line of a bundle says it is. */
export const bundleFormat = 'imprimatur-audit-bundle/1';

/** A line of a bundle; see docs/guide/verifiable-history.md. */
export type BundleLine =
  | {
      readonly format: typeof bundleFormat;
      readonly origin: string;
      readonly madeAt: string;
      /** Whether all that is sealed is there, or single entries with proofs. */
      readonly content: 'all' | 'part';
    }
  | { readonly key: LogKey }
  | { readonly checkpoint: string }
  | { readonly earlier: string; readonly proof: readonly string[] }
  | {
      readonly position: number;
      readonly leaf: string;
      readonly seq: number;
      readonly entry: JournalRow | null;
      /** The statement by which the entry was removed. */
      readonly pruned?: number;
      readonly proof?: readonly string[];
    }
  | { readonly prune: string }
  | { readonly end: { readonly lines: number } };

/** A leaf as a line of a bundle. */
export function leafLine(leaf: LeafWithEntry, proof?: readonly Buffer[]): BundleLine {
  const { position, seq, hash, entry = null, pruned } = leaf;
  const hashes = proof?.map((one) => one.toString('base64'));
  return {
    ...{ position, leaf: hash, seq, entry },
    ...(pruned !== undefined && { pruned }),
    ...(hashes && { proof: hashes }),
  };
}

/** Thrown for what is no line of a bundle. */
export class NoBundle extends Error {}

/** Checks a bundle line by line, with nothing but it and what its reader trusts. */
export class BundleCheck {
  readonly #trust: Pick<HistoryFacts, 'anchors' | 'kept'>;
  readonly #keys: LogKey[] = [];
  #header: Extract<BundleLine, { format: string }> | undefined;
  #check: HistoryCheck | PartCheck | undefined;
  readonly #prunes: string[] = [];
  #lines = 0;
  #hasEnded = false;

  constructor(trust: Pick<HistoryFacts, 'anchors' | 'kept'>) {
    this.#trust = trust;
  }

  /** How many entries have come. */
  get leaves(): number {
    return this.#check?.leaves ?? 0;
  }

  /** Whether the bundle is of all that was sealed. */
  get isWhole(): boolean {
    return this.#header?.content === 'all';
  }

  /** Takes the next line. */
  line(text: string): void {
    const line = parseLine(text, this.#lines + 1);
    if (this.#hasEnded) throw new NoBundle('Something follows the last line of the bundle.');
    if (!this.#header) {
      if (!('format' in line) || line.format !== bundleFormat) {
        throw new NoBundle(`The first line does not say ${bundleFormat}.`);
      }
      this.#header = line;
    } else if ('key' in line) this.#keys.push(line.key);
    else if ('prune' in line) this.#prunes.push(line.prune);
    else if ('end' in line) this.#hasEnded = line.end.lines === this.#lines;
    else this.#take(line);
    this.#lines += 1;
  }

  #take(line: BundleLine): void {
    this.#check ??= this.#begin();
    const check = this.#check;
    if ('checkpoint' in line) check.checkpoint(line.checkpoint);
    else if ('leaf' in line) {
      const { position, seq, leaf: hash, entry, pruned, proof = [] } = line;
      check.leaf({ position, seq, hash, entry: entry ?? undefined, pruned }, proof);
    } else if ('earlier' in line && check instanceof PartCheck) {
      check.earlier(line.earlier, line.proof);
    } else throw new NoBundle(`Line ${this.#lines + 1} does not belong into this bundle.`);
  }

  #begin(): HistoryCheck | PartCheck {
    const facts = { origin: this.#header!.origin, keys: this.#keys, ...this.#trust };
    return this.#header!.content === 'part' ? new PartCheck(facts) : new HistoryCheck(facts);
  }

  /** Ends; tells what was found. */
  finish(): HistoryReport {
    if (!this.#header) throw new NoBundle('The file is empty.');
    const report = (this.#check ?? this.#begin()).finish(this.#prunes);
    const findings = [...report.findings];
    const { newest, unsigned } = report;
    if (newest && unsigned > 0) {
      const problem = `No good checkpoint is about the last ${unsigned} entries.`;
      findings.push({ fault: 'checkpoint', problem });
    }
    if (!this.#hasEnded) {
      const problem = 'The bundle is cut off, or lines are missing: its last line does not fit.';
      findings.push({ fault: 'truncated', problem });
    }
    return { ...report, findings };
  }
}

function parseLine(text: string, number: number): BundleLine {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    line = undefined;
  }
  if (typeof line === 'object' && line !== null && isLine(line as Record<string, unknown>)) {
    return line as BundleLine;
  }
  const shown = text.slice(0, limits.echoCharactersMax);
  throw new NoBundle(`Line ${number} is no line of a bundle: ${shown}`);
}

/** The members of each kind of line, by the one that tells the kind. */
const members: Readonly<Record<string, readonly string[]>> = {
  format: ['format', 'origin', 'madeAt', 'content'],
  key: ['key'],
  checkpoint: ['checkpoint'],
  earlier: ['earlier', 'proof'],
  leaf: ['position', 'leaf', 'seq', 'entry', 'pruned', 'proof'],
  prune: ['prune'],
  end: ['end'],
};

/** All that a leaf covers: whoever reads an entry must not find more in it than was sealed. */
const entryMembers: Readonly<Record<keyof JournalRow, true>> = {
  seq: true,
  id: true,
  at: true,
  account_id: true,
  caller_account_id: true,
  region: true,
  service: true,
  operation: true,
  resource_arn: true,
  principal_arn: true,
  access_key_id: true,
  request_id: true,
  error_code: true,
  document: true,
};

function hasNoOther(line: Record<string, unknown>): boolean {
  const kind = Object.keys(members).find((name) => line[name] !== undefined);
  const known = kind === undefined ? [] : members[kind]!;
  const entry = (line['entry'] ?? {}) as Record<string, unknown>;
  return (
    Object.keys(line).every((name) => known.includes(name)) &&
    Object.keys(entry).every((name) => Object.hasOwn(entryMembers, name))
  );
}

/** Whether what a line has is of the types that its readers rely on. */
function isLine(line: Record<string, unknown>): boolean {
  if (!hasNoOther(line)) return false;
  const { format, key, checkpoint, earlier, leaf, end, proof, prune } = line;
  const isProof = Array.isArray(proof) && proof.every((one) => typeof one === 'string');
  if (format !== undefined) {
    return typeof line['origin'] === 'string' && ['all', 'part'].includes(String(line['content']));
  }
  if (key !== undefined) return isKey(key);
  if (checkpoint !== undefined) return typeof checkpoint === 'string';
  if (prune !== undefined) return typeof prune === 'string';
  if (earlier !== undefined) return typeof earlier === 'string' && isProof;
  if (end !== undefined) return typeof (end as { lines?: unknown })?.lines === 'number';
  const { position, seq, entry, pruned } = line;
  const isEntry = entry === null || (typeof entry === 'object' && !Array.isArray(entry));
  const isLeaf = typeof leaf === 'string' && /^[0-9a-f]{64}$/.test(leaf);
  const isPlaced = Number.isSafeInteger(position) && Number.isSafeInteger(seq);
  if (pruned !== undefined && !Number.isSafeInteger(pruned)) return false;
  return isLeaf && isEntry && isPlaced && (proof === undefined || isProof);
}

function isKey(key: unknown): boolean {
  const { number, verifier, validFrom, introduction } = (key ?? {}) as Partial<LogKey>;
  const isDated = Number.isSafeInteger(number) && Math.abs(Number(validFrom)) <= 8.64e15;
  return isDated && typeof verifier === 'string' && typeof introduction === 'string';
}
