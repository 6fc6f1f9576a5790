import { hash } from 'node:crypto';
import type { JournalRow } from '../../store/tables.ts';
import { leafPrefix } from './merkle-tree.ts';

/**
 * The columns of a leaf, in this order for ever. A column that comes later goes to the end, and
 * only into leaves of entries that have it, so that roots taken before stay true.
 */
const leafColumns = [
  'seq',
  'id',
  'at',
  'account_id',
  'region',
  'service',
  'operation',
  'resource_arn',
  'principal_arn',
  'access_key_id',
  'request_id',
  'error_code',
  'document',
] as const satisfies readonly (keyof JournalRow)[];

/** The columns that only some leaves have. */
const laterColumns = ['caller_account_id'] as const satisfies readonly (keyof JournalRow)[];

const lengthBytes = 4;
const nullLength = 0xffff_ffff;
const utf8BytesMax = 3;

/** Where leaves are spelled, one after the other: a check spells millions, and keeps none. */
let desk = Buffer.allocUnsafeSlow(64 * 1024);

/**
 * An entry as a leaf, the same bytes whichever database it lies in: of each column the length in
 * bytes (32 bits, big-endian) and the text in UTF-8, numbers in decimal; null is the length
 * 0xffffffff alone.
 */
export function journalLeaf(row: JournalRow): Buffer {
  return Buffer.from(spell(row).subarray(leafPrefix.length));
}

/** The hash of an entry's leaf. */
export function journalLeafHash(row: JournalRow): Buffer {
  return hash('sha256', spell(row), 'buffer');
}

/** The leaf behind the prefix that it is hashed with; good until the next one is spelled. */
function spell(row: JournalRow): Buffer {
  let end = leafPrefix.copy(desk);
  for (const column of leafColumns) end = spellField(row[column], end);
  for (const column of laterColumns) {
    if (row[column] !== null) end = spellField(row[column], end);
  }
  return desk.subarray(0, end);
}

/** Answers where the field ends. */
function spellField(value: string | number | null, begin: number): number {
  const text = value === null ? '' : String(value);
  const textBegin = begin + lengthBytes;
  const needed = textBegin + utf8BytesMax * text.length;
  if (needed > desk.length) desk = Buffer.concat([desk], 2 * needed);
  const bytes = desk.write(text, textBegin);
  desk.writeUInt32BE(value === null ? nullLength : bytes, begin);
  return textBegin + bytes;
}

/** What identifies a journal, wherever it is kept: how much it holds, and the hash over it. */
export interface JournalRoot {
  readonly entries: number;
  /** The last entry's sequence number; 0 of an empty journal. */
  readonly lastSeq: number;
  /** The Merkle tree hash over all entries in the order of their sequence, in hex. */
  readonly root: string;
}
