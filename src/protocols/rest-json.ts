import { stringifyMembers } from '../kernel/json-members.ts';
import { limits } from '../kernel/limits.ts';
import type { Refusal } from '../kernel/refusal.ts';
import { echo } from '../contracts/validate.ts';
import type { LinkedOperation, Member, Shape } from '../contracts/shape.ts';
import { readJson, writeJson } from './json-value.ts';
import type { AnswerOrigin, Protocol, WireAnswer, WireError, WireRequest } from './protocol.ts';
import { malformed } from './query-form.ts';
import { readScalar } from './scalar-text.ts';
import { nameRestError } from './wire-error.ts';

/** REST-JSON: operations are methods on paths, members stand in the body or in the query. */
export const restJson = { decode, encode, encodeError } satisfies Protocol;

const contentType = 'application/json';

function decode({ query, body }: WireRequest, operation: LinkedOperation): Record<string, unknown> {
  const { input } = operation;
  const placed = input.members.filter(({ location }) => location !== undefined);
  if (placed.length === 0) return readJson(body, input);
  const inBody = input.members.filter(({ location }) => location === undefined);
  return { ...readJson(body, { ...input, members: inBody }), ...readQuery(query, placed) };
}

/** The members that are parameters of the query; whatever else is in it says nothing. */
function readQuery(query: string, members: readonly Member[]): Record<string, unknown> {
  const given = new Map<string, string[]>();
  for (const part of query.split('&', limits.formParametersMax)) {
    const end = part.indexOf('=');
    const name = decodePart(end < 0 ? part : part.slice(0, end));
    const value = end < 0 ? '' : decodePart(part.slice(end + 1));
    given.set(name, [...(given.get(name) ?? []), value]);
  }
  const structure: Record<string, unknown> = {};
  for (const { name, wireName, pathName, shape } of members) {
    const values = given.get(wireName);
    if (values) structure[name] = readParameter(values, shape, pathName);
  }
  return structure;
}

function readParameter(values: readonly string[], shape: Shape, path: string): unknown {
  if (shape.type === 'list') {
    return values.map((value, index) => readScalar(value, shape.member, `${path}.${index + 1}`));
  }
  // Two readers of the request could take either.
  if (values.length > 1) throw malformed(`The parameter '${path}' is there twice.`);
  return readScalar(values[0]!, shape, path);
}

function decodePart(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw malformed(`'${echo(text)}' is not percent-encoded UTF-8.`);
  }
}

const successHeaders = { 'Content-Type': contentType };

function encode(output: Record<string, unknown>, operation: LinkedOperation): WireAnswer {
  const body = operation.output
    ? stringifyMembers(writeJson(output, operation.output) as object)
    : '{}';
  return { status: 200, headers: successHeaders, body };
}

/** SDKs read the name from the header or from the body, the text from the body. */
function encodeError(refusal: Refusal | undefined, { service }: AnswerOrigin): WireError {
  const { status, code, message, retryAfterSeconds: seconds } = nameRestError(refusal, service);
  return {
    status,
    code,
    headers: {
      'Content-Type': contentType,
      'x-amzn-ErrorType': code,
      ...(seconds !== undefined && { 'Retry-After': String(seconds) }),
    },
    body: JSON.stringify({ __type: code, message }),
  };
}
