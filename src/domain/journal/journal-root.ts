import type { JournalRow } from '../../store/tables.ts';

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

/**
 * An entry as a leaf, the same bytes whichever database it lies in: of each column the length in
 * bytes (32 bits, big-endian) and the text in UTF-8, numbers in decimal; null is the length
 * 0xffffffff alone.
 */
export function journalLeaf(row: JournalRow): Buffer {
  const columns = [...leafColumns, ...laterColumns.filter((column) => row[column] !== null)];
  const texts = columns.map((column) => (row[column] === null ? null : String(row[column])));
  const sizes = texts.map((text) => (text === null ? 0 : Buffer.byteLength(text)));
  const leaf = Buffer.allocUnsafe(
    sizes.reduce((sum, size) => sum + size, lengthBytes * texts.length),
  );
  let offset = 0;
  for (const [index, text] of texts.entries()) {
    leaf.writeUInt32BE(text === null ? nullLength : sizes[index]!, offset);
    offset += lengthBytes;
    if (text !== null) offset += leaf.write(text, offset);
  }
  return leaf;
}

/** What identifies a journal, wherever it is kept: how much it holds, and the hash over it. */
export interface JournalRoot {
  readonly entries: number;
  /** The last entry's sequence number; 0 of an empty journal. */
  readonly lastSeq: number;
  /** The Merkle tree hash over all entries in the order of their sequence, in hex. */
  readonly root: string;
}
