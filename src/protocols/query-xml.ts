import type { Refusal } from '../kernel/refusal.ts';
import type {
  LinkedOperation,
  ListShape,
  MapShape,
  Shape,
  StructureShape,
} from '../contracts/shape.ts';
import type { AnswerOrigin, Protocol, WireAnswer, WireError, WireRequest } from './protocol.ts';
import { formText, malformed, parseForm } from './query-form.ts';
import type { FormNode } from './query-form.ts';
import { readScalar } from './scalar-text.ts';
import { nameQueryError } from './wire-error.ts';
import { element, escapeXml } from './xml.ts';

/** AWS's Query protocol: forms in, XML out (identity.md section 5). */
export const queryXml = { decode, encode, encodeError } satisfies Protocol;

const contentType = 'text/xml';

function decode(request: WireRequest, operation: LinkedOperation): Record<string, unknown> {
  return readStructure(parseForm(formText(request)), operation.input, '');
}

function readStructure(
  node: FormNode,
  shape: StructureShape,
  path: string,
): Record<string, unknown> {
  const structure: Record<string, unknown> = {};
  for (const member of shape.members) {
    const inner = node.children.get(member.wireName);
    if (!inner) continue;
    const innerPath = path === '' ? member.pathName : `${path}.${member.pathName}`;
    structure[member.name] = read(inner, member.shape, innerPath);
  }
  return structure;
}

function read(node: FormNode, shape: Shape, path: string): unknown {
  switch (shape.type) {
    case 'structure':
      if (node.value !== undefined) throw malformed(`A value found at '${path}', not a structure`);
      return readStructure(node, shape, path);
    case 'list':
      return readList(node, shape, path);
    case 'map':
      return readMap(node, shape, path);
    default:
  }
  if (node.value === undefined || node.children.size > 0) {
    throw malformed(`Start of structure or map found where not expected, at '${path}'.`);
  }
  return readScalar(node.value, shape, path);
}

function readList(node: FormNode, shape: ListShape, path: string): unknown[] {
  const elements = shape.flattened ? node : insideOf(node, shape.elementName, path);
  return inOrder(elements, path).map((one, index) =>
    read(one, shape.member, `${path}.${index + 1}.member`),
  );
}

function readMap(node: FormNode, shape: MapShape, path: string): Record<string, unknown> {
  // Without a prototype, so that a key `__proto__` is a key like any other.
  const map = Object.create(null) as Record<string, unknown>;
  for (const entry of inOrder(insideOf(node, 'entry', path), path)) {
    const key = entry.children.get('key')?.value;
    const value = entry.children.get('value');
    if (key === undefined || !value) throw malformed(`An entry at '${path}' lacks key or value.`);
    if (key in map) throw malformed(`The key '${key}' is there twice at '${path}'.`);
    map[key] = read(value, shape.value, `${path}.${key}`);
  }
  return map;
}

/** The level below a list's own name; SDKs write an empty list as an empty value. */
function insideOf(node: FormNode, name: string, path: string): FormNode {
  const [only, ...others] = node.children.keys();
  if (others.length > 0 || (only !== undefined && only !== name) || (node.value ?? '') !== '') {
    throw malformed(`Unexpected list element at '${path}'.`);
  }
  return node.children.get(name) ?? { children: new Map() };
}

/** Elements by their numbers, which begin with 1 and leave none out. */
function inOrder(node: FormNode, path: string): FormNode[] {
  if ((node.value ?? '') !== '') throw malformed(`A value found at '${path}', not a list.`);
  return Array.from({ length: node.children.size }, (_, index) => {
    const one = node.children.get(String(index + 1));
    if (!one) throw malformed(`The elements at '${path}' are not numbered from 1 on.`);
    return one;
  });
}

function encode(
  output: Record<string, unknown>,
  { name, data, service, output: shape }: LinkedOperation,
  { requestId }: AnswerOrigin,
): WireAnswer {
  const members = shape ? writeMembers(output, shape) : '';
  const result = shape ? element(data.resultWrapper ?? `${name}Result`, members) : '';
  const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
  const body = document(`${name}Response`, service.data.xmlNamespace, `${result}${metadata}`);
  return { status: 200, headers: { 'Content-Type': contentType }, body };
}

function document(name: string, namespace: string | undefined, content: string): string {
  const attribute = namespace === undefined ? '' : ` xmlns="${namespace}"`;
  return `<${name}${attribute}>${content}</${name}>`;
}

function writeMembers(value: Record<string, unknown>, shape: StructureShape): string {
  return shape.members
    .map((member) => write(member.wireName, value[member.name], member.shape))
    .join('');
}

function write(name: string, value: unknown, shape: Shape): string {
  if (value === undefined || value === null) return '';
  switch (shape.type) {
    case 'structure':
      return element(name, writeMembers(value as Record<string, unknown>, shape));
    case 'list': {
      const elementName = shape.flattened ? name : shape.elementName;
      const elements = (value as unknown[]).map((one) => write(elementName, one, shape.member));
      return shape.flattened ? elements.join('') : element(name, elements.join(''));
    }
    case 'map': {
      const entries = Object.entries(value as Record<string, unknown>).map(([key, inner]) =>
        element('entry', `${element('key', escapeXml(key))}${write('value', inner, shape.value)}`),
      );
      return element(name, entries.join(''));
    }
    case 'timestamp':
      return element(name, new Date(value as number).toISOString().replace(/\.\d+Z$/, 'Z'));
    case 'blob':
      return element(name, Buffer.from(value as Uint8Array).toString('base64'));
    default:
      return element(name, escapeXml(`${value as string | number | boolean}`));
  }
}

function encodeError(refusal: Refusal | undefined, origin: AnswerOrigin): WireError {
  const { service, requestId } = origin;
  const { status, code, message, retryAfterSeconds: seconds } = nameQueryError(refusal, service);
  const type = status < 500 ? 'Sender' : 'Receiver';
  const told = [
    element('Type', type),
    element('Code', code),
    element('Message', escapeXml(message)),
  ];
  const content = `${element('Error', told.join(''))}${element('RequestId', requestId)}`;
  return {
    status,
    code,
    headers: {
      'Content-Type': contentType,
      ...(seconds !== undefined && { 'Retry-After': String(seconds) }),
    },
    body: document('ErrorResponse', service?.xmlNamespace, content),
  };
}
