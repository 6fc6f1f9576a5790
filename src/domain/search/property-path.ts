import { sagemaker } from '../../contracts/sagemaker.gen.ts';
import { linkService } from '../../contracts/shape.ts';
import type { Shape, StructureShape } from '../../contracts/shape.ts';

/** What a property's values are, which decides the operators that it takes. */
export type PropertyKind = 'text' | 'number' | 'timestamp' | 'boolean' | 'structure' | 'map';

/** A place in a record that a filter can name. */
export interface Property {
  readonly name: string;
  readonly kind: PropertyKind;
  /** Members and map keys from the record's top; lists on the way are looked through. */
  readonly path: readonly string[];
  /** What the place holds; of a list, its element. */
  readonly shape: Shape;
  /** Whether the place itself holds a list. */
  readonly list: boolean;
}

/** A resource's record, and the shape from which its property names follow. */
export const recordShapes = {
  ModelPackage: recordShape('ModelPackage'),
  ModelPackageGroup: recordShape('ModelPackageGroup'),
} as const;

function recordShape(resource: string): StructureShape {
  const search = { Search: sagemaker.operations['Search']! };
  const results = linkService({ ...sagemaker, operations: search })
    .operations.get('Search')!
    .output!.memberByName.get('Results')!.shape;
  return (elementOf(results) as StructureShape).memberByName.get(resource)!.shape as StructureShape;
}

/**
 * The property of a dotted name in a structure, or undefined when the contract has none.
 *
 * All that follows a map's name is one key, dots included; tags are read as a map.
 */
export function findProperty(structure: Shape, name: string): Property | undefined {
  const names = name.split('.');
  const path: string[] = [];
  let shape = structure;
  for (const [index, step] of names.entries()) {
    shape = elementOf(shape);
    const value = mapValue(shape);
    if (value) {
      const key = names.slice(index).join('.');
      return key === '' ? undefined : property(name, [...path, key], value);
    }
    const member = shape.type === 'structure' ? shape.memberByName.get(step) : undefined;
    if (!member) return undefined;
    path.push(step);
    shape = isTagList(member.shape) ? tagMap : member.shape;
  }
  return property(name, path, shape);
}

/** The names of a record's properties that hold one value and are not keys of a map, sorted. */
export function propertyNames(structure: StructureShape): string[] {
  const names: string[] = [];
  const visit = (shape: Shape, path: string): void => {
    const element = elementOf(shape);
    if (mapValue(element) || isTagList(shape)) return;
    if (element.type !== 'structure') {
      names.push(path);
      return;
    }
    for (const { name, shape } of element.members) visit(shape, path ? `${path}.${name}` : name);
  };
  visit(structure, '');
  return names.sort();
}

function property(name: string, path: string[], shape: Shape): Property {
  const element = elementOf(shape);
  return { name, kind: kindOf(element), path, shape: element, list: shape.type === 'list' };
}

function kindOf(shape: Shape): PropertyKind {
  switch (shape.type) {
    case 'string':
      return 'text';
    case 'structure':
    case 'map':
    case 'boolean':
    case 'timestamp':
      return shape.type;
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
      return 'number';
    default:
      throw new Error(`Searches cannot read the ${shape.type} ${shape.name}.`);
  }
}

function elementOf(shape: Shape): Shape {
  return shape.type === 'list' ? elementOf(shape.member) : shape;
}

function mapValue(shape: Shape): Shape | undefined {
  return shape.type === 'map' ? shape.value : undefined;
}

function isTagList(shape: Shape): boolean {
  return shape.type === 'list' && shape.member.name === 'Tag';
}

/** What a search sees in place of a list of tags. */
const tagMap = tagMapOf();

function tagMapOf(): Shape {
  const tags = recordShapes.ModelPackageGroup.memberByName.get('Tags')!.shape;
  const tag = elementOf(tags) as StructureShape;
  const member = (name: string): Shape => tag.memberByName.get(name)!.shape;
  return {
    type: 'map',
    name: 'TagMap',
    key: member('Key') as Extract<Shape, { type: 'string' }>,
    value: member('Value'),
    min: 0,
    max: Infinity,
    hasTimestamps: false,
  };
}
