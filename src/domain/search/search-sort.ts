import { refuseInvalid } from '../../kernel/refusal.ts';
import { echo } from '../../contracts/validate.ts';
import type { Property, PropertyKind } from './property-path.ts';
import { recordValues } from './search-expression.ts';
import type { Readable } from './search-expression.ts';
import type { Direction } from './search-index-store.ts';

/** Where a record stands in an order: with the property or without, by its value, then by id. */
export interface SortRank {
  readonly present: boolean;
  readonly value: string | number;
  readonly id: number;
}

/** Characters of a text that sorting looks at, so that a page token holds any of them. */
const sortCharactersMax = 512;

const sortable: readonly PropertyKind[] = ['text', 'number', 'timestamp', 'boolean'];

/** Refuses to sort by what is no single value. */
export function checkSortable({ name, kind }: Property): void {
  if (sortable.includes(kind)) return;
  refuseInvalid(`Results cannot be sorted by '${echo(name)}', which is a ${kind} property.`);
}

/** A record's rank by a property; of several values the first counts. */
export function rankOf(record: Readable & { id: number }, property: Property): SortRank {
  const [value] = recordValues(record, property.path);
  const absent = property.kind === 'text' ? '' : 0;
  if (value === undefined) return { present: false, value: absent, id: record.id };
  return { present: true, value: sortValue(value), id: record.id };
}

function sortValue(value: unknown): string | number {
  if (typeof value !== 'string') return Number(value);
  return value.slice(0, sortCharactersMax).toWellFormed();
}

/** Negative when the first rank comes first; whoever lacks the property comes last either way. */
export function compareRanks(a: SortRank, b: SortRank, direction: Direction): number {
  if (a.present !== b.present) return a.present ? -1 : 1;
  const byValue = a.value < b.value ? -1 : Number(a.value > b.value);
  const ascending = byValue || a.id - b.id;
  return direction === 'asc' ? ascending : -ascending;
}
