import { GetSearchSuggestions } from '../../contracts/sagemaker.gen.ts';
import { limits } from '../../kernel/limits.ts';
import type { Transaction } from '../../store/database.ts';
import { operation } from '../operation.ts';
import type { Call } from '../call.ts';
import { propertyNames, recordShapes } from './property-path.ts';
import { listPropertyNames } from './search-index-store.ts';
import { metadataPrefix, tagPrefix } from './search-properties.ts';
import type { IndexedResource } from './search-property-store.ts';

/** Names properties that a search can filter on, beginning with what the caller has typed. */
export const getSearchSuggestions = operation(GetSearchSuggestions, {
  effect: 'read',
  resource: () => '*',
  async run({ Resource: resource, SuggestionQuery }, { tx, call }) {
    if (resource !== 'ModelPackage' && resource !== 'ModelPackageGroup') {
      return { PropertyNameSuggestions: [] };
    }
    const hint = SuggestionQuery?.PropertyNameQuery?.PropertyNameHint ?? '';
    const names = [
      ...propertyNames(recordShapes[resource]).filter((name) => name.startsWith(hint)),
      ...(await usedNames(tx, call, resource, hint)),
    ];
    // Of too many names the least nested are kept, as they are the likelier to be wanted.
    const kept = [...new Set(names)].toSorted((a, b) => depth(a) - depth(b));
    return {
      PropertyNameSuggestions: kept
        .slice(0, limits.suggestionsMax)
        .sort()
        .map((PropertyName) => ({ PropertyName })),
    };
  },
});

/** The names of tags and customer metadata in use; packages have their groups' tags too. */
async function usedNames(
  tx: Transaction,
  call: Call,
  resource: IndexedResource,
  hint: string,
): Promise<string[]> {
  const sources: [IndexedResource, string][] = [['ModelPackageGroup', tagPrefix]];
  if (resource === 'ModelPackage') {
    sources.push(['ModelPackage', tagPrefix], ['ModelPackage', metadataPrefix]);
  }
  const names: string[] = [];
  for (const [owner, family] of sources) {
    if (!family.startsWith(hint) && !hint.startsWith(family)) continue;
    const prefix = hint.length > family.length ? hint : family;
    names.push(...(await listPropertyNames(tx, call, owner, prefix, limits.suggestionsMax)));
  }
  return names;
}

/** How deep a property lies; keys may hold dots, which say nothing of depth. */
function depth(name: string): number {
  const isKey = name.startsWith(tagPrefix) || name.startsWith(metadataPrefix);
  return isKey ? 2 : name.split('.').length;
}
