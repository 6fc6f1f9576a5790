import { servicesOf } from '../../contracts/services.ts';
import { linkService } from '../../contracts/shape.ts';
import type { LinkedOperation, Shape } from '../../contracts/shape.ts';

type Json = Record<string, unknown>;

/** What stands in the place of a value that a record must not show: CloudTrail's words. */
const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS';

/** Members that CloudTrail hides, whether the model calls them sensitive or not (audit.md 1.3). */
const hiddenMember = /^Environment$|Token$|Password$|Secret/;

const operations: Map<string, LinkedOperation> = new Map();

/** The contract of an operation; undefined when there is none of the name. */
export function operationNamed(service: string, name: string): LinkedOperation | undefined {
  if (operations.size === 0) {
    for (const { data, operations: all } of servicesOf({ strictAws: false }).map(linkService)) {
      for (const one of all.values()) operations.set(`${data.name}.${one.name}`, one);
    }
  }
  return operations.get(`${service}.${name}`);
}

/** A value of a shape as records spell it: members in lower camel case, a map's keys untouched. */
export function recorded(value: unknown, shape: Shape): unknown {
  if (value === undefined || value === null) return value;
  switch (shape.type) {
    case 'structure':
      return Object.fromEntries(
        shape.members.flatMap(({ name, pathName, shape: inner }) => {
          const member = (value as Json)[name];
          if (member === undefined) return [];
          return [[pathName, hiddenMember.test(name) ? hidden : recorded(member, inner)]];
        }),
      );
    case 'list':
      return (value as unknown[]).map((element) => recorded(element, shape.member));
    case 'map':
      // Entries, not assignments: a key `__proto__` is a key like any other.
      return Object.fromEntries(
        Object.entries(value).map(([key, inner]) => [key, recorded(inner, shape.value)]),
      );
    case 'timestamp':
      return recordTime(value as number);
    case 'string':
      return shape.sensitive ? hidden : value;
    default:
      return value;
  }
}

/** A time as records have it: `2026-03-04T09:15:27Z`. */
export function recordTime(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}
