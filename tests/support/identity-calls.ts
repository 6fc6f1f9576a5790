/** Calls of IAM and STS: inputs as forms, answers out of XML. */
import assert from 'node:assert/strict';
import { linkServices } from '../../src/app.ts';
import type { Shape, StructureShape } from '../../src/contracts/shape.ts';
import type { SigningCredentials } from '../../src/server/sigv4-sign.ts';
import { OutputChecker } from './output-checker.ts';
import type { RefusedCall, TestApp } from './test-app.ts';

type Json = Record<string, unknown>;

const services = linkServices({ strictAws: false }).filter(({ data }) => data.protocol === 'query');
const outputs = new OutputChecker(services);

/** By whom an operation is called; by root where nothing is said. */
export interface CalledAs {
  readonly credentials?: SigningCredentials;
}

/** The output of an IAM or STS call that must succeed; times are ISO 8601. */
export async function identityOk<Output = Json>(
  app: TestApp,
  operation: string,
  input: Json = {},
  as: CalledAs = {},
): Promise<Output> {
  const { status, body } = await sendForm(app, operation, input, as);
  assert.equal(status, 200, `${operation}: ${body}`);
  const { service, output } = find(operation);
  const root = parseXml(body);
  assert.equal(root.name, `${operation}Response`);
  assert.ok(body.includes(` xmlns="${service.data.xmlNamespace}"`), body);
  const result = root.children.find(({ name }) => name === `${operation}Result`);
  assert.equal(result !== undefined, output !== undefined, body);
  const read = output && result && (readXml(result, output) as Json);
  outputs.check(operation, read && readXml(result, output, true), service.data.name);
  return read as Output;
}

/** A policy's document as IAM's answers spell it, read. */
export function readDocument(text: unknown): unknown {
  assert.match(String(text), /^[A-Za-z0-9._~%-]+$/);
  return JSON.parse(decodeURIComponent(String(text)));
}

/** A new user with an access key and, where statements are given, an inline policy of them. */
export async function newUser(
  app: TestApp,
  UserName: string,
  ...statements: readonly object[]
): Promise<SigningCredentials> {
  await identityOk(app, 'CreateUser', { UserName });
  if (statements.length > 0) {
    const policy = { PolicyName: 'own', PolicyDocument: policyOf(...statements) };
    await identityOk(app, 'PutUserPolicy', { UserName, ...policy });
  }
  const { AccessKey } = await identityOk<{
    AccessKey: { AccessKeyId: string; SecretAccessKey: string };
  }>(app, 'CreateAccessKey', { UserName });
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } = AccessKey;
  return { accessKeyId, secretAccessKey };
}

/** The text of a policy of these statements. */
export function policyOf(...statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

/** The error of an IAM or STS call that must be refused. */
export async function identityRefused(
  app: TestApp,
  operation: string,
  input: Json = {},
  as: CalledAs = {},
): Promise<RefusedCall> {
  const { status, body } = await sendForm(app, operation, input, as);
  const root = parseXml(body);
  assert.equal(root.name, 'ErrorResponse', body);
  const error = new Map(root.children[0]!.children.map(({ name, text }) => [name, text]));
  assert.equal(error.get('Type'), status < 500 ? 'Sender' : 'Receiver');
  return { status, code: error.get('Code')!, message: error.get('Message')! };
}

function find(operation: string) {
  const found = services.flatMap((service) => service.operations.get(operation) ?? [])[0];
  assert.ok(found, `${operation} is an operation`);
  return found;
}

/** The answer to a call of IAM or STS. */
export function sendForm(app: TestApp, operation: string, input: Json, as: CalledAs) {
  const { data } = find(operation).service;
  const parameters = [['Action', operation], ['Version', data.apiVersion], ...flatten('', input)];
  const form = parameters.map((pair) => pair.map((one) => encodeURIComponent(one)).join('='));
  return app.sendForm(form.join('&'), { region: 'us-east-1', service: data.signingName, ...as });
}

/** As SDKs write inputs: an empty list as an empty value. */
function flatten(path: string, value: unknown): string[][] {
  if (Array.isArray(value)) {
    if (value.length === 0) return [[path, '']];
    return value.flatMap((one, index) => flatten(`${path}.member.${index + 1}`, one));
  }
  if (typeof value !== 'object' || value === null) return [[path, String(value)]];
  const prefix = path === '' ? '' : `${path}.`;
  return Object.entries(value).flatMap(([name, inner]) => flatten(`${prefix}${name}`, inner));
}

interface Element {
  readonly name: string;
  readonly children: Element[];
  text: string;
}

function parseXml(body: string): Element {
  const top: Element = { name: '', children: [], text: '' };
  const open = [top];
  for (const [, close, name, empty, text] of body.matchAll(
    /<(\/?)([\w]+)(?: [^>]*?)?(\/?)>|([^<]+)/g,
  )) {
    const current = open.at(-1)!;
    if (text !== undefined) current.text += unescape(text);
    else if (close) assert.equal(open.pop()!.name, name, body);
    else {
      const element: Element = { name: name!, children: [], text: '' };
      current.children.push(element);
      if (!empty) open.push(element);
    }
  }
  assert.deepEqual([open.length, top.children.length], [1, 1], body);
  return top.children[0]!;
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#xD': '\r' };

function unescape(text: string): string {
  return text.replace(/&([^;]+);/g, (_, name: string) => entities[name] ?? assert.fail(text));
}

function readXml(element: Element, shape: Shape, timesAsNumbers = false): unknown {
  switch (shape.type) {
    case 'structure':
      return readStructure(element, shape, timesAsNumbers);
    case 'list':
      return element.children.map((one) => readXml(one, shape.member, timesAsNumbers));
    case 'map':
      return Object.fromEntries(
        element.children.map(({ children: [key, value] }) => [
          key!.text,
          readXml(value!, shape.value, timesAsNumbers),
        ]),
      );
    case 'integer':
      return Number(element.text);
    case 'boolean':
      return element.text === 'true';
    case 'timestamp':
      return timesAsNumbers ? Date.parse(element.text) : element.text;
    default:
      return element.text;
  }
}

function readStructure(element: Element, shape: StructureShape, timesAsNumbers: boolean): Json {
  const members = element.children.map((one) => {
    const member = shape.memberByName.get(one.name);
    assert.ok(member, `${shape.name} has the unknown member ${one.name}`);
    return [one.name, readXml(one, member.shape, timesAsNumbers)] as const;
  });
  return Object.fromEntries(members);
}
