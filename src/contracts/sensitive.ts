import type { Shape, StructureShape } from './shape.ts';

const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS';
const known = new Map<Shape, boolean>();

/** The input with its sensitive members hidden in CloudTrail's words; itself if it has none. */
export function hideSensitive(
  input: Record<string, unknown>,
  shape: StructureShape,
): Record<string, unknown> {
  return holdsSensitive(shape) ? (hide(input, shape) as Record<string, unknown>) : input;
}

function hide(value: unknown, shape: Shape): unknown {
  if (value === undefined || value === null || !holdsSensitive(shape)) return value;
  switch (shape.type) {
    case 'string':
      return hidden;
    case 'list':
      return (value as unknown[]).map((element) => hide(element, shape.member));
    case 'map': {
      const entries = Object.entries(value as Record<string, unknown>);
      return Object.fromEntries(entries.map(([key, inner]) => [key, hide(inner, shape.value)]));
    }
    case 'structure': {
      const structure = { ...(value as Record<string, unknown>) };
      for (const member of shape.members) {
        const inner = structure[member.name];
        if (inner !== undefined) structure[member.name] = hide(inner, member.shape);
      }
      return structure;
    }
    default:
      return value;
  }
}

/** Whether a sensitive string lies in or below a shape; shapes may refer to themselves. */
function holdsSensitive(shape: Shape): boolean {
  const answer = known.get(shape);
  if (answer !== undefined) return answer;
  known.set(shape, false);
  const holds =
    (shape.type === 'string' && shape.sensitive) ||
    (shape.type === 'structure' && shape.members.some((member) => holdsSensitive(member.shape))) ||
    (shape.type === 'list' && holdsSensitive(shape.member)) ||
    (shape.type === 'map' && holdsSensitive(shape.value));
  known.set(shape, holds);
  return holds;
}
