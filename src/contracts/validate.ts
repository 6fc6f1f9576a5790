import { limits } from '../kernel/limits.ts';
import { refuseInvalid } from '../kernel/refusal.ts';
import type { Shape, StringShape, StructureShape } from './shape.ts';

/**
 * Checks an input against its contract: required members, lengths (code points), ranges, patterns
 * and enums.
 *
 * Refuses with AWS's sentence, all violations in one answer (registry.md section 1.5):
 * `1 validation error detected: Value 'x' at 'path' failed to satisfy constraint: Member must …`.
 */
export function validate(input: unknown, shape: StructureShape): void {
  const violations: string[] = [];
  visit(input, shape, '', violations);
  if (violations.length === 0) return;
  const noun = violations.length === 1 ? 'error' : 'errors';
  refuseInvalid(`${violations.length} validation ${noun} detected: ${violations.join('; ')}`);
}

function visit(value: unknown, shape: Shape, path: string, violations: string[]): void {
  if (violations.length >= limits.violationsMax) return;
  if (value === null || value === undefined) {
    violations.push(nullViolation(path));
    return;
  }
  switch (shape.type) {
    case 'structure':
      visitStructure(value as Record<string, unknown>, shape, path, violations);
      return;
    case 'list': {
      const list = value as unknown[];
      checkSize(list.length, shape, path, violations);
      if (list.length > shape.max) return;
      for (const [index, element] of list.entries()) {
        visit(element, shape.member, `${path}.${index + 1}.member`, violations);
      }
      return;
    }
    case 'map': {
      const entries = Object.entries(value as Record<string, unknown>);
      checkSize(entries.length, shape, path, violations);
      if (entries.length > shape.max) return;
      for (const [key, element] of entries) {
        checkMapKey(key, shape.key, path, violations);
        visit(element, shape.value, `${path}.${echo(key)}.member`, violations);
      }
      return;
    }
    case 'string':
      checkString(value as string, shape, path, violations);
      return;
    case 'integer':
    case 'long':
    case 'float':
    case 'double': {
      const number = value as number;
      if (number < shape.min)
        push(violations, number, path, `value greater than or equal to ${shape.min}`);
      if (number > shape.max)
        push(violations, number, path, `value less than or equal to ${shape.max}`);
      return;
    }
    default:
  }
}

function visitStructure(
  value: Record<string, unknown>,
  shape: StructureShape,
  path: string,
  violations: string[],
): void {
  for (const member of shape.members) {
    const inner = value[member.name];
    if (inner === undefined && !member.required) continue;
    const innerPath = path === '' ? member.pathName : `${path}.${member.pathName}`;
    visit(inner, member.shape, innerPath, violations);
  }
}

function checkSize(
  size: number,
  shape: { min: number; max: number },
  path: string,
  violations: string[],
): void {
  const bound =
    size < shape.min
      ? `greater than or equal to ${shape.min}`
      : size > shape.max
        ? `less than or equal to ${shape.max}`
        : undefined;
  if (bound === undefined) return;
  violations.push(
    `Value at '${path}' failed to satisfy constraint: Member must have length ${bound}`,
  );
}

function checkString(value: string, shape: StringShape, path: string, violations: string[]): void {
  const shown = shape.sensitive ? undefined : value;
  if (shape.enum && !shape.enum.has(value)) {
    const set = [...shape.enum].join(', ');
    violations.push(violation(shown, path, `Member must satisfy enum value set: [${set}]`));
    return;
  }
  for (const text of stringConstraints(value, shape)) violations.push(violation(shown, path, text));
}

function checkMapKey(key: string, shape: StringShape, path: string, violations: string[]): void {
  const failed = stringConstraints(key, shape);
  if (failed.length === 0) return;
  const inner = `Map keys must satisfy constraint: [${failed.join(', ')}]`;
  violations.push(`Value '${echo(key)}' at '${path}' failed to satisfy constraint: ${inner}`);
}

function stringConstraints(value: string, shape: StringShape): string[] {
  const failed: string[] = [];
  // UTF-16 units bound the code points from above, so most strings need no counting.
  const length =
    value.length > shape.max || shape.min > 1
      ? codePoints(value)
      : Math.min(value.length, shape.max);
  if (length < shape.min) {
    failed.push(`Member must have length greater than or equal to ${shape.min}`);
  }
  if (length > shape.max) {
    failed.push(`Member must have length less than or equal to ${shape.max}`);
    // It is refused anyway; a pattern is not set upon megabytes to say it once more.
    if (length > limits.patternCharactersMax) return failed;
  }
  if (shape.pattern && !shape.pattern.test(value)) {
    failed.push(`Member must satisfy regular expression pattern: ${shape.patternText}`);
  }
  return failed;
}

function codePoints(value: string): number {
  let count = 0;
  for (const _ of value) count += 1;
  return count;
}

function push(violations: string[], value: number, path: string, bound: string): void {
  violations.push(violation(String(value), path, `Member must have ${bound}`));
}

function violation(value: string | undefined, path: string, constraint: string): string {
  const shown = value === undefined ? 'Value' : `Value '${echo(value)}'`;
  return `${shown} at '${path}' failed to satisfy constraint: ${constraint}`;
}

function nullViolation(path: string): string {
  return `Value null at '${path}' failed to satisfy constraint: Member must not be null`;
}

/** The caller's value as a message repeats it: whole if short, else its beginning. */
export function echo(value: string): string {
  const max = limits.echoCharactersMax;
  return value.length <= max ? value : `${value.slice(0, max).toWellFormed()}...`;
}
