import type { MemberData, ShapeData } from '../src/contracts/contract.ts';

/** A shape as botocore spells it. */
export interface ModelShape {
  type: string;
  required?: string[];
  members?: Record<string, ModelMember>;
  member?: ModelMember;
  key?: { shape: string };
  value?: { shape: string };
  min?: number;
  max?: number;
  pattern?: string;
  enum?: string[];
  sensitive?: boolean;
  flattened?: boolean;
  error?: { code?: string; httpStatusCode: number };
}
/** A reference to a shape, with what the wire adds. */
export interface ModelMember {
  shape: string;
  idempotencyToken?: boolean;
  location?: string;
  locationName?: string;
  flattened?: boolean;
}
/** A service model as botocore carries it. */
export interface Model {
  metadata: {
    protocol: string;
    jsonVersion?: string;
    apiVersion: string;
    signingName?: string;
    endpointPrefix: string;
    targetPrefix?: string;
    xmlNamespace?: string;
  };
  operations: Record<
    string,
    {
      http: { method: string; requestUri: string };
      input?: { shape: string };
      output?: { shape: string; resultWrapper?: string };
      errors?: { shape: string }[];
    }
  >;
  shapes: Record<string, ModelShape>;
}
/** What services.json says of a service: what we speak, correct and extend. */
export interface ServiceListing {
  model: string;
  operations: string[];
  keepMembers?: Record<string, string[]>;
  addMembers?: Record<string, Record<string, ModelMember>>;
  dropRequired?: Record<string, string[]>;
  replaceShapes?: Record<string, ModelShape>;
  extensions?: {
    enumValues?: Record<string, string[]>;
    members?: Record<string, Record<string, string>>;
    optional?: Record<string, string[]>;
  };
}

/** The model with services.json's corrections taken in. */
export function corrected(model: Model, listing: ServiceListing): Model {
  const shapes = { ...model.shapes, ...listing.replaceShapes };
  for (const [name, kept] of Object.entries(listing.keepMembers ?? {})) {
    const members = Object.entries(shapes[name]!.members!).filter(([key]) => kept.includes(key));
    shapes[name] = { ...shapes[name]!, members: Object.fromEntries(members) };
  }
  for (const [name, added] of Object.entries(listing.addMembers ?? {})) {
    shapes[name] = {
      ...shapes[name]!,
      members: { ...shapes[name]!.members, ...added },
    };
  }
  for (const [name, dropped] of Object.entries(listing.dropRequired ?? {})) {
    const required = (shapes[name]!.required ?? []).filter((key) => !dropped.includes(key));
    shapes[name] = { ...shapes[name]!, required };
  }
  return { ...model, shapes };
}

function refer(member: ModelMember, protocol: string): MemberData {
  const wire = protocol === 'json' ? {} : pick(member, ['location', 'locationName', 'flattened']);
  const extra = { ...pick(member, ['idempotencyToken']), ...wire };
  return Object.keys(extra).length === 0
    ? member.shape
    : ({ shape: member.shape, ...extra } as MemberData);
}

/** The members of an object that are set, of those named. */
export function pick<T extends object>(from: T, keys: (keyof T)[]): Partial<T> {
  return Object.fromEntries(
    keys.filter((key) => from[key] !== undefined).map((key) => [key, from[key]]),
  ) as Partial<T>;
}

/** A shape without prose, in the words of contract.ts. */
export function trimShape(shape: ModelShape, protocol: string): ShapeData {
  switch (shape.type) {
    case 'structure':
      return {
        type: 'structure',
        ...(shape.required?.length ? { required: shape.required } : {}),
        members: Object.fromEntries(
          Object.entries(shape.members ?? {}).map(([name, m]) => [name, refer(m, protocol)]),
        ),
      };
    case 'list':
      return {
        type: 'list',
        member: refer(shape.member!, protocol),
        ...pick(shape, ['flattened', 'min', 'max']),
      } as ShapeData;
    case 'map':
      return {
        type: 'map',
        key: shape.key!.shape,
        value: shape.value!.shape,
        ...pick(shape, ['min', 'max']),
      } as ShapeData;
    case 'string':
      return {
        type: 'string',
        ...pick(shape, ['min', 'max', 'pattern', 'enum', 'sensitive']),
      } as ShapeData;
    default:
      return { type: shape.type, ...pick(shape, ['min', 'max']) } as ShapeData;
  }
}

/** Names of the shapes that the listed operations reach, in the order they are met. */
export function reachable(model: Model, operations: string[], more: string[]): string[] {
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    const shape = model.shapes[name];
    if (!shape) throw new Error(`The model has no shape ${name}.`);
    for (const member of Object.values(shape.members ?? {})) visit(member.shape);
    for (const part of [shape.member, shape.key, shape.value]) if (part) visit(part.shape);
  };
  for (const name of operations) {
    const operation = model.operations[name];
    if (!operation) throw new Error(`The model has no operation ${name}.`);
    if (operation.input) visit(operation.input.shape);
    if (operation.output) visit(operation.output.shape);
  }
  for (const name of more) visit(name);
  return [...found].sort();
}
