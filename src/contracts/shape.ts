import type { MemberData, OperationData, ServiceData, ShapeData } from './contract.ts';

/** A member of a linked structure. */
export interface Member {
  readonly name: string;
  /** The name in error paths: the first letter in lower case (AWS's validator). */
  readonly pathName: string;
  /** The name on the wire, where it is another. */
  readonly wireName: string;
  /** REST protocols: where it is, if not in the body. */
  readonly location: string | undefined;
  readonly shape: Shape;
  readonly required: boolean;
}

/** A shape whose references are resolved and whose pattern is compiled. */
export type Shape =
  | StructureShape
  | ListShape
  | MapShape
  | StringShape
  | NumberShape
  | { readonly type: 'boolean' | 'timestamp' | 'blob'; readonly name: string };

/** A linked structure; members in the model's order. */
export interface StructureShape {
  readonly type: 'structure';
  readonly name: string;
  readonly members: Member[];
  readonly memberByName: Map<string, Member>;
  /** Whether a timestamp lies anywhere below, which alone needs rewriting on the way out. */
  hasTimestamps: boolean;
}

/** A linked list with its bounds on the number of elements. */
export interface ListShape {
  readonly type: 'list';
  readonly name: string;
  member: Shape;
  /** What the wire calls an element, and whether it leaves the list's own level away. */
  readonly elementName: string;
  readonly flattened: boolean;
  readonly min: number;
  readonly max: number;
  hasTimestamps: boolean;
}

/** A linked map with its bounds on the number of entries. */
export interface MapShape {
  readonly type: 'map';
  readonly name: string;
  key: StringShape;
  value: Shape;
  readonly min: number;
  readonly max: number;
  hasTimestamps: boolean;
}

/** A string with its bounds in code points and its pattern, anchored at both ends. */
export interface StringShape {
  readonly type: 'string';
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly pattern: RegExp | undefined;
  /** The pattern as the model spells it, for messages. */
  readonly patternText: string;
  readonly enum: ReadonlySet<string> | undefined;
  readonly sensitive: boolean;
}

/** A number with its bounds. */
export interface NumberShape {
  readonly type: 'integer' | 'long' | 'float' | 'double';
  readonly name: string;
  readonly min: number;
  readonly max: number;
}

/** An operation with its linked input and output. */
export interface LinkedOperation {
  readonly service: LinkedService;
  readonly name: string;
  readonly data: OperationData;
  readonly input: StructureShape;
  readonly output: StructureShape | undefined;
  /** The input member that makes a call idempotent, if the model has one. */
  readonly idempotencyToken: string | undefined;
}

/** A service whose shapes are linked, ready for decoding and validation. */
export interface LinkedService {
  readonly data: ServiceData;
  readonly operations: Map<string, LinkedOperation>;
}

/** Resolves a service's references; throws when its data names a shape it lacks. */
export function linkService(data: ServiceData): LinkedService {
  const link = shapeLinker(data.shapes);
  const service: LinkedService = { data, operations: new Map() };
  for (const [name, operation] of Object.entries(data.operations)) {
    const input = operation.input ? link(operation.input) : emptyStructure;
    const output = operation.output ? link(operation.output) : undefined;
    if (input.type !== 'structure' || (output && output.type !== 'structure')) {
      throw new Error(`${data.name}.${name}: input and output must be structures.`);
    }
    const idempotencyToken = operation.input && tokenMember(data.shapes[operation.input]);
    service.operations.set(name, {
      service,
      name,
      data: operation,
      input,
      output,
      idempotencyToken,
    });
  }
  markTimestamps([...service.operations.values()]);
  return service;
}

const emptyStructure: StructureShape = {
  type: 'structure',
  name: 'Empty',
  members: [],
  memberByName: new Map(),
  hasTimestamps: false,
};

function tokenMember(shape: ShapeData | undefined): string | undefined {
  if (shape?.type !== 'structure') return undefined;
  return Object.entries(shape.members).find(
    ([, member]) => typeof member !== 'string' && member.idempotencyToken,
  )?.[0];
}

function shapeLinker(shapes: ServiceData['shapes']): (name: string) => Shape {
  const linked = new Map<string, Shape>();
  const link = (name: string): Shape => {
    const known = linked.get(name);
    if (known) return known;
    const data = shapes[name];
    if (!data) throw new Error(`The contract has no shape ${name}.`);
    return linkShape(name, data, linked, link);
  };
  return link;
}

function linkShape(
  name: string,
  data: ShapeData,
  linked: Map<string, Shape>,
  link: (name: string) => Shape,
): Shape {
  const remember = <S extends Shape>(shape: S): S => {
    linked.set(name, shape);
    return shape;
  };
  switch (data.type) {
    case 'structure':
      return linkStructure(name, data, remember, link);
    case 'list': {
      const list = remember<ListShape>({
        ...bounds(data),
        name,
        type: 'list',
        elementName: wireName(data.member) ?? 'member',
        flattened: data.flattened ?? false,
        ...unlinked,
      });
      list.member = link(shapeName(data.member));
      return list;
    }
    case 'map': {
      const map = remember<MapShape>({ ...bounds(data), name, type: 'map', ...unlinked });
      map.key = link(data.key) as StringShape;
      map.value = link(data.value);
      return map;
    }
    case 'string':
      return remember<StringShape>({
        type: 'string',
        name,
        ...bounds(data),
        pattern: data.pattern === undefined ? undefined : compilePattern(data.pattern),
        patternText: data.pattern ?? '',
        enum: data.enum && new Set(data.enum),
        sensitive: data.sensitive ?? false,
      });
    case 'boolean':
    case 'timestamp':
    case 'blob':
      return remember({ type: data.type, name });
    default:
      return remember<NumberShape>({
        type: data.type,
        name,
        min: data.min ?? -Infinity,
        max: data.max ?? Infinity,
      });
  }
}

/** Stands in for a reference until it is linked, a moment later; shapes may refer to themselves. */
const unlinked = {
  member: emptyStructure,
  key: {} as StringShape,
  value: emptyStructure,
  hasTimestamps: false,
};

function linkStructure(
  name: string,
  data: ShapeData & { type: 'structure' },
  remember: (shape: StructureShape) => StructureShape,
  link: (name: string) => Shape,
): StructureShape {
  const structure = remember({
    type: 'structure',
    name,
    members: [],
    memberByName: new Map(),
    hasTimestamps: false,
  });
  for (const [memberName, reference] of Object.entries(data.members)) {
    const member: Member = {
      name: memberName,
      pathName: memberName.charAt(0).toLowerCase() + memberName.slice(1),
      wireName: wireName(reference) ?? memberName,
      location: typeof reference === 'string' ? undefined : reference.location,
      shape: link(shapeName(reference)),
      required: data.required?.includes(memberName) ?? false,
    };
    structure.members.push(member);
    structure.memberByName.set(memberName, member);
  }
  return structure;
}

function shapeName(member: MemberData): string {
  return typeof member === 'string' ? member : member.shape;
}

function wireName(member: MemberData): string | undefined {
  return typeof member === 'string' ? undefined : member.locationName;
}

function bounds(data: { min?: number; max?: number }): { min: number; max: number } {
  return { min: data.min ?? 0, max: data.max ?? Infinity };
}

/** Marks the shapes above a timestamp, until nothing changes: shapes may be recursive. */
function markTimestamps(operations: LinkedOperation[]): void {
  const shapes = new Set<Shape>();
  const collect = (shape: Shape): void => {
    if (shapes.has(shape)) return;
    shapes.add(shape);
    for (const child of children(shape)) collect(child);
  };
  for (const operation of operations) if (operation.output) collect(operation.output);
  for (let changed = true; changed;) {
    changed = false;
    for (const shape of shapes) {
      if (!('hasTimestamps' in shape) || shape.hasTimestamps) continue;
      if (!children(shape).some(holdsTimestamp)) continue;
      shape.hasTimestamps = true;
      changed = true;
    }
  }
}

/** Whether a value of this shape needs rewriting on the way out. */
export function holdsTimestamp(shape: Shape): boolean {
  return shape.type === 'timestamp' || ('hasTimestamps' in shape && shape.hasTimestamps);
}

function children(shape: Shape): Shape[] {
  if (shape.type === 'structure') return shape.members.map((member) => member.shape);
  if (shape.type === 'list') return [shape.member];
  if (shape.type === 'map') return [shape.value];
  return [];
}

/** Models escape hyphens wherever they stand, which a pattern of Unicode has only in brackets. */
function compilePattern(text: string): RegExp {
  const source = text.replaceAll(/\\./gs, (escape) => (escape === '\\-' ? '\\x2d' : escape));
  return new RegExp(`^(?:${source})$`, 'u');
}
