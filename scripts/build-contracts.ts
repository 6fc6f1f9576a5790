/**
 * Writes src/contracts/<service>.gen.ts from the service models of the PyPI package botocore
 * (Apache-2.0): names, types, limits and errors of the operations that services.json lists.
 *
 *   node scripts/build-contracts.ts [--check] [BOTOCORE_DATA_FOLDER]
 *
 * Without a folder it asks python3 where botocore is installed. `--check` writes nothing and fails
 * when a generated file is stale.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { MemberData, ShapeData } from '../src/contracts/contract.ts';

interface ModelShape {
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
}
interface ModelMember {
  shape: string;
  idempotencyToken?: boolean;
  location?: string;
  locationName?: string;
  flattened?: boolean;
}
interface Model {
  metadata: {
    protocol: string;
    jsonVersion?: string;
    apiVersion: string;
    signingName?: string;
    endpointPrefix: string;
    targetPrefix?: string;
  };
  operations: Record<
    string,
    {
      http: { method: string; requestUri: string };
      input?: { shape: string };
      output?: { shape: string };
      errors?: { shape: string }[];
    }
  >;
  shapes: Record<string, ModelShape>;
}
interface ServiceListing {
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

const contractsFolder = join(import.meta.dirname, '../src/contracts');

/** The folder that holds botocore's models. */
function botocoreData(given: string | undefined): string {
  if (given) return given;
  const where = 'import botocore, os; print(os.path.dirname(botocore.__file__))';
  const python = process.env.IMPRIMATUR_TEST_PYTHON ?? 'python3';
  return join(execFileSync(python, ['-c', where], { encoding: 'utf8' }).trim(), 'data');
}

function botocoreVersion(data: string): string {
  const source = readFileSync(join(dirname(data), '__init__.py'), 'utf8');
  return /__version__ = '([^']+)'/.exec(source)?.[1] ?? 'unknown';
}

function readModel(data: string, name: string): Model {
  const plain = join(data, `${name}.json`);
  const text = existsSync(plain)
    ? readFileSync(plain, 'utf8')
    : gunzipSync(readFileSync(`${plain}.gz`)).toString('utf8');
  return JSON.parse(text) as Model;
}

/** The model with services.json's corrections taken in. */
function corrected(model: Model, listing: ServiceListing): Model {
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

function pick<T extends object>(from: T, keys: (keyof T)[]): Partial<T> {
  return Object.fromEntries(
    keys.filter((key) => from[key] !== undefined).map((key) => [key, from[key]]),
  ) as Partial<T>;
}

function trimShape(shape: ModelShape, protocol: string): ShapeData {
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
        ...pick(shape, ['min', 'max']),
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
function reachable(model: Model, operations: string[], more: string[]): string[] {
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

function typeOf(name: string, shapes: Record<string, ShapeData>): string {
  const shape = shapes[name]!;
  switch (shape.type) {
    case 'structure':
      return name;
    case 'list': {
      const member = typeof shape.member === 'string' ? shape.member : shape.member.shape;
      return `${typeOf(member, shapes)}[]`;
    }
    case 'map':
      return `Record<string, ${typeOf(shape.value, shapes)}>`;
    case 'string':
      return shape.enum ? name : 'string';
    case 'boolean':
      return 'boolean';
    case 'blob':
      return 'Uint8Array';
    default:
      return 'number';
  }
}

function typeLines(
  name: string,
  shapes: Record<string, ShapeData>,
  extensions: NonNullable<ServiceListing['extensions']>,
): string[] {
  const shape = shapes[name]!;
  if (shape.type === 'string' && shape.enum) {
    const values = [...shape.enum, ...(extensions.enumValues?.[name] ?? [])];
    return [`export type ${name} = ${values.map((v) => JSON.stringify(v)).join(' | ')};`];
  }
  if (shape.type !== 'structure') return [];
  const optional = extensions.optional?.[name] ?? [];
  const required = (shape.required ?? []).filter((member) => !optional.includes(member));
  const members = { ...shape.members, ...extensions.members?.[name] };
  const lines = Object.entries(members).map(([member, target]) => {
    const type = typeOf(typeof target === 'string' ? target : target.shape, shapes);
    return `  ${member}${required.includes(member) ? '' : '?'}: ${type};`;
  });
  return [`export interface ${name} {`, ...lines, '}'];
}

function render(service: string, listing: ServiceListing, data: string): string {
  const model = corrected(readModel(data, listing.model), listing);
  const { metadata } = model;
  const extensions = listing.extensions ?? {};
  const extra = Object.values(extensions.members ?? {}).flatMap((members) => Object.values(members));
  const names = reachable(model, listing.operations, extra);
  const shapes = Object.fromEntries(
    names.map((name) => [name, trimShape(model.shapes[name]!, metadata.protocol)]),
  );
  const operations = Object.fromEntries(
    listing.operations.map((name) => {
      const operation = model.operations[name]!;
      return [
        name,
        {
          ...(operation.input ? { input: operation.input.shape } : {}),
          ...(operation.output ? { output: operation.output.shape } : {}),
          errors: (operation.errors ?? []).map((error) => error.shape),
          ...(metadata.protocol === 'json' ? {} : { http: operation.http }),
        },
      ];
    }),
  );
  const contract = {
    name: service,
    signingName: metadata.signingName ?? metadata.endpointPrefix,
    protocol: metadata.protocol,
    ...pick(metadata, ['targetPrefix', 'jsonVersion']),
    apiVersion: metadata.apiVersion,
    operations,
    shapes,
  };
  const handles = Object.entries(operations).map(([name, operation]) => {
    const types = [operation.input ?? 'Empty', operation.output ?? 'Empty'].join(', ');
    return `export const ${name} = operationContract<${types}>('${service}', '${name}');`;
  });
  return [
    `// Generated by scripts/build-contracts.ts from botocore ${botocoreVersion(data)}'s service`,
    '// model (Apache-2.0, Copyright Amazon.com, Inc. or its affiliates). Do not edit.',
    "import { operationContract } from './contract.ts';",
    "import type { ServiceData, ServiceExtensions } from './contract.ts';",
    '',
    'type Empty = Record<string, never>;',
    '',
    ...names.flatMap((name) => typeLines(name, shapes, extensions)),
    '',
    ...handles,
    '',
    `export const ${service}: ServiceData = {`,
    ...compactEntries(contract),
    '};',
    '',
    `export const ${service}Extensions: ServiceExtensions = ${JSON.stringify({
      enumValues: extensions.enumValues ?? {},
      members: extensions.members ?? {},
      optional: extensions.optional ?? {},
    })};`,
    '',
  ].join('\n');
}

/** One line for each operation and each shape, so that a change shows as a small diff. */
function compactEntries(contract: Record<string, unknown>): string[] {
  return Object.entries(contract).flatMap(([key, value]) => {
    if (key !== 'operations' && key !== 'shapes') return [`  ${key}: ${JSON.stringify(value)},`];
    const lines = Object.entries(value as Record<string, unknown>).map(
      ([name, data]) => `    ${name}: ${JSON.stringify(data)},`,
    );
    return [`  ${key}: {`, ...lines, '  },'];
  });
}

function main(): void {
  const args = process.argv.slice(2);
  const check = args.includes('--check');
  const data = botocoreData(args.find((arg) => !arg.startsWith('--')));
  const listings = JSON.parse(
    readFileSync(join(contractsFolder, 'services.json'), 'utf8'),
  ) as Record<string, ServiceListing>;
  const stale: string[] = [];
  for (const [service, listing] of Object.entries(listings)) {
    const file = join(contractsFolder, `${service}.gen.ts`);
    const text = render(service, listing, data);
    if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
    stale.push(file);
    if (!check) writeFileSync(file, text);
  }
  if (check && stale.length > 0) {
    console.error(`Stale: ${stale.join(', ')}. Run: npm run contracts`);
    process.exitCode = 1;
  } else {
    console.log(stale.length > 0 ? `Wrote ${stale.join(', ')}.` : 'Contracts are fresh.');
  }
}

main();
