import type { Shape, StructureShape } from '../../contracts/shape.ts';
import { mapScalars } from '../wire-value.ts';
import { parseTimestamp } from './timestamp.ts';

/**
 * What is wrong with an input, in botocore's words: missing and unknown members, wrong types. All
 * else is the server's to say.
 */
export function inputProblems(input: unknown, shape: StructureShape): string[] {
  const problems: string[] = [];
  visit(input, shape, '', problems);
  return problems;
}

/** A faultless input in the contract's terms: timestamps in epoch milliseconds. */
export function readInput(input: unknown, shape: StructureShape): Record<string, unknown> {
  return mapScalars(input, shape, (scalar, type) => {
    if (type === 'timestamp') return parseTimestamp(scalar);
    return type === 'blob' ? Buffer.from(scalar as string, 'base64') : scalar;
  }) as Record<string, unknown>;
}

function visit(value: unknown, shape: Shape, path: string, problems: string[]): void {
  if (!isOfType(value, shape)) {
    problems.push(
      `Invalid type for parameter ${path || 'input'}, value: ${JSON.stringify(value)}, ` +
        `valid type: ${shape.type}`,
    );
    return;
  }
  if (shape.type === 'structure') visitStructure(value as object, shape, path, problems);
  if (shape.type === 'list') {
    for (const [index, element] of (value as unknown[]).entries()) {
      visit(element, shape.member, `${path}[${index}]`, problems);
    }
  }
  if (shape.type === 'map') {
    for (const [key, inner] of Object.entries(value as object)) {
      visit(inner, shape.value, `${path}.${key}`, problems);
    }
  }
}

function visitStructure(
  value: object,
  shape: StructureShape,
  path: string,
  problems: string[],
): void {
  const given = value as Record<string, unknown>;
  const place = path || 'input';
  for (const { name, required } of shape.members) {
    const isAbsent = given[name] === undefined || given[name] === null;
    if (required && isAbsent) problems.push(`Missing required parameter in ${place}: "${name}"`);
  }
  for (const [name, inner] of Object.entries(given)) {
    const member = shape.memberByName.get(name);
    if (!member) {
      const names = shape.members.map((one) => one.name).join(', ');
      problems.push(`Unknown parameter in ${place}: "${name}", must be one of: ${names}`);
    } else if (inner !== null && inner !== undefined) {
      visit(inner, member.shape, path === '' ? name : `${path}.${name}`, problems);
    }
  }
}

function isOfType(value: unknown, { type }: Shape): boolean {
  switch (type) {
    case 'structure':
    case 'map':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'list':
      return Array.isArray(value);
    case 'integer':
    case 'long':
      return Number.isSafeInteger(value);
    case 'float':
    case 'double':
      return Number.isFinite(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'timestamp':
      return parseTimestamp(value) !== undefined;
    default:
      return typeof value === 'string';
  }
}
