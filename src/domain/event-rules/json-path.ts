/** The part of JSONPath that EventBridge knows: dots, indices and stars. */
export type JsonPath = readonly JsonPathStep[];

/** A member's name, an element's index, or `*` for all of either. */
type JsonPathStep =
  | { readonly name: string }
  | { readonly index: number }
  | { readonly all: 'members' | 'elements' };

const step =
  /\.(?<name>[^\s.[\]*'"()?@$]+)|\[(?<index>\d{1,9})\]|(?<members>\.\*)|(?<elements>\[\*\])/y;

/** Reads `$`, `$.detail.a-b`, `$.resources[0]` or `$.detail.list[*].name`; undefined otherwise. */
export function parseJsonPath(text: string): JsonPath | undefined {
  if (!text.startsWith('$')) return undefined;
  const path: JsonPathStep[] = [];
  step.lastIndex = 1;
  while (step.lastIndex < text.length) {
    const groups = step.exec(text)?.groups;
    if (!groups) return undefined;
    const { name, index, members } = groups;
    if (name !== undefined) path.push({ name });
    else if (index !== undefined) path.push({ index: Number(index) });
    else path.push({ all: members === undefined ? 'elements' : 'members' });
  }
  return path;
}

/** What stands at a path, a list where it has stars; undefined when nothing does. */
export function valueAt(value: unknown, path: JsonPath): unknown {
  const [first, ...rest] = path;
  if (!first) return value;
  if (!('all' in first)) return valueAt(inner(value, first), rest);
  const all = first.all === 'elements' ? elementsOf(value) : membersOf(value);
  if (!all) return undefined;
  const found = all.map((one) => valueAt(one, rest)).filter((one) => one !== undefined);
  return rest.some((later) => 'all' in later) ? found.flat() : found;
}

function inner(value: unknown, at: { name: string } | { index: number }): unknown {
  if ('index' in at) return elementsOf(value)?.[at.index];
  const isThere = typeof value === 'object' && value !== null && Object.hasOwn(value, at.name);
  return isThere && !Array.isArray(value) ? (value as Record<string, unknown>)[at.name] : undefined;
}

function elementsOf(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

function membersOf(value: unknown): readonly unknown[] | undefined {
  return typeof value === 'object' && value !== null ? Object.values(value) : undefined;
}
