import { limits } from '../../kernel/limits.ts';
import type { SearchEntry } from '../search/search-property-list-store.ts';

/** A sum over the entries of each owner (of a few owners together where there are millions). */
export class EntrySums {
  readonly #sums: Int32Array;
  readonly #idsPerSum: number;
  /** Owners beyond the highest id: rows that came later, or entries of nothing. */
  readonly #beyond = new Map<number, number>();

  constructor(lastId: number) {
    this.#idsPerSum = Math.ceil((lastId + 1) / limits.searchSumsMax);
    this.#sums = new Int32Array(Math.ceil((lastId + 1) / this.#idsPerSum));
  }

  /** Counts an entry that is there. */
  add(entry: SearchEntry): void {
    this.#change(entry.resourceId, entryHash(entry));
  }

  /** Counts an entry that should be there. */
  subtract(entry: SearchEntry): void {
    this.#change(entry.resourceId, -entryHash(entry));
  }

  /** The owners whose sums are not level, a number of them at most. */
  unequal(most: number): number[] {
    const ids = [...this.#beyond].flatMap(([id, sum]) => (sum === 0 ? [] : [id])).slice(0, most);
    for (let index = 0; index < this.#sums.length && ids.length < most; index += 1) {
      if (this.#sums[index] === 0) continue;
      for (let n = 0; n < this.#idsPerSum; n += 1) ids.push(index * this.#idsPerSum + n);
    }
    return ids;
  }

  #change(id: number, difference: number): void {
    const index = Math.floor(id / this.#idsPerSum);
    if (index >= 0 && index < this.#sums.length) {
      this.#sums[index]! += difference;
    } else if (this.#beyond.has(id) || this.#beyond.size < limits.searchSuspectsMax) {
      // As in the array, sums wrap around at 32 bits.
      this.#beyond.set(id, ((this.#beyond.get(id) ?? 0) + difference) | 0);
    }
  }
}

const offsetBasis = 0x811c9dc5;
const prime = 0x01000193;

/** FNV-1a over an entry's members. */
function entryHash({ accountId, region, name, value, modifiedAt }: SearchEntry): number {
  let sum = offsetBasis;
  for (const text of [accountId, region, name, value, String(modifiedAt)]) {
    for (let index = 0; index < text.length; index += 1) {
      sum = Math.imul(sum ^ text.charCodeAt(index), prime);
    }
    sum = Math.imul(sum ^ separator, prime);
  }
  return sum | 0;
}

const separator = 0xffff;
