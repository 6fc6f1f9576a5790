import { parsePolicyDocument } from '../access/policy-document.ts';
import type { PolicyDocument, PolicyStatement } from '../access/policy-document.ts';
import { conditionKeyName } from '../access/policy-variables.ts';

/** The condition keys that policies ask for, as they spell them, each once. */
export function contextKeyNames(texts: readonly string[]): string[] {
  const documents = texts.map((text) => parsePolicyDocument(text));
  return distinctKeys(
    documents.flatMap((document) =>
      document.statements.flatMap((statement) => keysOfStatement(statement, document.version)),
    ),
  );
}

/** The keys without those that differ from an earlier one by their case only. */
export function distinctKeys(keys: readonly string[]): string[] {
  const seen = new Set<string>();
  return keys.filter((key) => {
    const name = conditionKeyName(key);
    return !seen.has(name) && seen.add(name);
  });
}

/** The condition keys of a statement, those of its variables included. */
export function keysOfStatement(
  { conditions, resources }: PolicyStatement,
  version: PolicyDocument['version'],
): string[] {
  const texts = [...(resources?.entries ?? []), ...conditions.flatMap(({ values }) => values)];
  const variables = version === '2012-10-17' ? texts.flatMap((text) => variablesOf(text)) : [];
  return [...conditions.map(({ key }) => key), ...variables];
}

function variablesOf(text: string): string[] {
  return [...text.matchAll(/\$\{([^},*?$]+)(?:,[^}]*)?\}/g)].map(([, key]) => key!.trim());
}
