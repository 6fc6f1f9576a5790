import type { AnyOperation } from '../operation.ts';
import { getSearchSuggestions } from './get-search-suggestions.ts';
import { search } from './search.ts';

/** Finding resources by their properties. */
export const searchOperations: readonly AnyOperation[] = [search, getSearchSuggestions];
