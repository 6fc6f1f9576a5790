import { isUtf8 } from 'node:buffer';
import { limits } from '../kernel/limits.ts';
import { Refusal } from '../kernel/refusal.ts';
import { holdsTimestamp } from '../contracts/shape.ts';
import type { Shape, StructureShape } from '../contracts/shape.ts';
import { parseTimestamp } from './timestamp.ts';

/** A body's JSON as the structure of a shape; an empty body is an empty one. */
export function readJson(body: Buffer, shape: StructureShape): Record<string, unknown> {
  if (body.length === 0) return {};
  const value = parse(body);
  if (!isObject(value)) throw unreadable(`${valueKind(value)} can not be converted to a Structure`);
  return readStructure(value, shape, '', 0);
}

function parse(body: Buffer): unknown {
  if (!isUtf8(body)) throw unreadable('The request body is not valid UTF-8.');
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw unreadable('The request body is not valid JSON.');
  }
}

function readStructure(
  value: Record<string, unknown>,
  shape: StructureShape,
  path: string,
  depth: number,
): Record<string, unknown> {
  checkDepth(depth, path);
  const structure: Record<string, unknown> = {};
  for (const member of shape.members) {
    const inner = value[member.name];
    if (inner === undefined || inner === null) continue;
    const innerPath = path === '' ? member.pathName : `${path}.${member.pathName}`;
    structure[member.name] = read(inner, member.shape, innerPath, depth + 1);
  }
  return structure;
}

function read(value: unknown, shape: Shape, path: string, depth: number): unknown {
  switch (shape.type) {
    case 'string':
      if (typeof value !== 'string') throw mismatch(value, 'String', path);
      if (!value.isWellFormed()) throw unreadable(`Invalid Unicode in the String at '${path}'`);
      return value;
    case 'structure':
      if (!isObject(value)) throw mismatch(value, 'Structure', path);
      return readStructure(value, shape, path, depth);
    case 'list':
      return readList(value, shape.member, path, depth);
    case 'map':
      return readMap(value, shape.value, path, depth);
    case 'boolean':
      if (typeof value !== 'boolean') throw mismatch(value, 'Boolean', path);
      return value;
    case 'integer':
    case 'long':
      if (!Number.isSafeInteger(value)) throw mismatch(value, 'Integer', path);
      return value;
    case 'float':
    case 'double':
      if (!Number.isFinite(value)) throw mismatch(value, 'Double', path);
      return value;
    case 'timestamp':
      return readTimestamp(value, path);
    case 'blob':
      if (typeof value !== 'string') throw mismatch(value, 'Blob', path);
      return Buffer.from(value, 'base64');
  }
}

function readList(value: unknown, member: Shape, path: string, depth: number): unknown[] {
  if (!Array.isArray(value)) throw mismatch(value, 'List', path);
  checkDepth(depth, path);
  return value.map((element: unknown, index) =>
    element === null ? null : read(element, member, `${path}.${index + 1}.member`, depth + 1),
  );
}

function readMap(
  value: unknown,
  element: Shape,
  path: string,
  depth: number,
): Record<string, unknown> {
  if (!isObject(value)) throw mismatch(value, 'Map', path);
  checkDepth(depth, path);
  // Without a prototype, so that a key `__proto__` is a key like any other.
  const map = Object.create(null) as Record<string, unknown>;
  for (const [key, inner] of Object.entries(value)) {
    if (!key.isWellFormed()) throw unreadable(`Invalid Unicode in a key of the Map at '${path}'`);
    map[key] = inner === null ? null : read(inner, element, `${path}.${key}`, depth + 1);
  }
  return map;
}

function readTimestamp(value: unknown, path: string): number {
  const milliseconds = parseTimestamp(value);
  if (milliseconds === undefined) throw mismatch(value, 'Timestamp', path);
  return milliseconds;
}

function checkDepth(depth: number, path: string): void {
  if (depth <= limits.inputDepthMax) return;
  const start = path.split('.', 1)[0];
  throw unreadable(`The value at '${start}' is nested deeper than ${limits.inputDepthMax} levels`);
}

function mismatch(value: unknown, wanted: string, path: string): Refusal {
  return unreadable(`${valueKind(value)} can not be converted to ${wanted} at '${path}'`);
}

function valueKind(value: unknown): string {
  if (value === null) return 'NULL_VALUE';
  if (Array.isArray(value)) return 'LIST_VALUE';
  if (typeof value === 'boolean') return value ? 'TRUE_VALUE' : 'FALSE_VALUE';
  if (typeof value === 'number') return Number.isInteger(value) ? 'NUMBER_VALUE' : 'DECIMAL_VALUE';
  return typeof value === 'string' ? 'STRING_VALUE' : 'STRUCTURE_VALUE';
}

function unreadable(message: string): Refusal {
  return new Refusal('unreadable', message);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as the wire spells it: only timestamps differ, so all else passes untouched. */
export function writeJson(value: unknown, shape: Shape): unknown {
  if (value === undefined || value === null || !holdsTimestamp(shape)) return value;
  switch (shape.type) {
    case 'timestamp':
      return (value as number) / 1000;
    case 'list':
      return (value as unknown[]).map((element) => writeJson(element, shape.member));
    case 'map': {
      const entries = Object.entries(value as Record<string, unknown>);
      return Object.fromEntries(
        entries.map(([key, inner]) => [key, writeJson(inner, shape.value)]),
      );
    }
    case 'structure': {
      const structure = { ...(value as Record<string, unknown>) };
      for (const member of shape.members) {
        if (structure[member.name] === undefined || !holdsTimestamp(member.shape)) continue;
        structure[member.name] = writeJson(structure[member.name], member.shape);
      }
      return structure;
    }
    default:
      return value;
  }
}
