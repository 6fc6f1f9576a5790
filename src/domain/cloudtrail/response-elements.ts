import type { LinkedOperation, StructureShape } from '../../contracts/shape.ts';

type Json = Record<string, unknown>;

/** What is known of a change. */
export interface KnownChange {
  readonly resourceArn: string | null;
  readonly request: Json;
  readonly after: Json;
}

/**
 * What of an operation's answer the journal knows, in wire shape: the members that the registry
 * decided or the caller gave, and the ARN of the resource that the operation is named after.
 * Answers themselves are not journaled; null when nothing of one is known.
 */
export function knownAnswer(operation: LinkedOperation, change: KnownChange): Json | null {
  return operation.output ? members(operation.output, operation, change, 0) : null;
}

function members(
  shape: StructureShape,
  operation: LinkedOperation,
  change: KnownChange,
  depth: number,
): Json | null {
  const known: Json = {};
  for (const { name, shape: inner } of shape.members) {
    const value =
      change.after[name] ?? (depth > 0 ? change.request[name] : undefined) ?? own(name, change);
    if (value !== undefined) known[name] = value;
    else if (inner.type === 'structure' && operation.name.endsWith(capitalized(name))) {
      const nested = members(inner, operation, change, depth + 1);
      if (nested) known[name] = nested;
    }
  }
  return Object.keys(known).length > 0 ? known : null;

  function own(name: string, { resourceArn }: KnownChange): string | undefined {
    if (resourceArn === null || !name.endsWith('Arn')) return undefined;
    const noun = name.slice(0, -'Arn'.length);
    const isOwn = noun === '' ? depth > 0 : operation.name.includes(noun);
    return isOwn ? resourceArn : undefined;
  }
}

/** Operations are named in capitals, members of REST services are not. */
function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
