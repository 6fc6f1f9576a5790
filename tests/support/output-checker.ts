import assert from 'node:assert/strict';
import type { LinkedOperation, LinkedService, Shape } from '../../src/contracts/shape.ts';

/**
 * Checks outputs against their contracts, so that a typo in an answer cannot ship: no unknown
 * member, no null, every required member, the right types, no value outside an enum.
 *
 * Patterns and lengths are left alone, as AWS itself breaks them in outputs.
 */
export class OutputChecker {
  readonly #operations: Map<string, LinkedOperation>;

  constructor(services: readonly LinkedService[]) {
    this.#operations = new Map(
      services.flatMap(({ data, operations }) =>
        [...operations].map(([name, operation]) => [`${data.name}.${name}`, operation] as const),
      ),
    );
  }

  check(operation: string, output: unknown, service: string): void {
    const shape = this.#operations.get(`${service}.${operation}`)?.output;
    if (shape) visit(output, shape, operation);
    else assert.equal(output, undefined, `${operation} has no output.`);
  }
}

function visit(value: unknown, shape: Shape, path: string): void {
  switch (shape.type) {
    case 'structure':
      visitStructure(value, shape, path);
      break;
    case 'list':
      assert.ok(Array.isArray(value), `${path} is a list`);
      for (const [index, element] of value.entries()) {
        visit(element, shape.member, `${path}[${index}]`);
      }
      break;
    case 'map':
      assert.ok(isObject(value), `${path} is a map`);
      for (const [key, element] of Object.entries(value)) {
        visit(element, shape.value, `${path}.${key}`);
      }
      break;
    case 'string':
      assert.equal(typeof value, 'string', `${path} is a string`);
      if (shape.enum) assert.ok(shape.enum.has(value as string), `${path} is in its enum`);
      break;
    case 'boolean':
      assert.equal(typeof value, 'boolean', `${path} is a boolean`);
      break;
    case 'blob':
      assert.equal(typeof value, 'string', `${path} is base64`);
      break;
    default:
      // A timestamp is a number of seconds: Go clients refuse any other form.
      assert.equal(typeof value, 'number', `${path} is a number`);
  }
}

function visitStructure(value: unknown, shape: Shape & { type: 'structure' }, path: string): void {
  assert.ok(isObject(value), `${path} is a structure`);
  for (const [name, inner] of Object.entries(value)) {
    const member = shape.memberByName.get(name);
    assert.ok(member, `${path} has the unknown member ${name}`);
    visit(inner, member.shape, `${path}.${name}`);
  }
  for (const { name, required } of shape.members) {
    assert.ok(!required || name in value, `${path} lacks the required member ${name}`);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
