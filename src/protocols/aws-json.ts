import { stringifyMembers } from '../kernel/json-members.ts';
import type { Refusal } from '../kernel/refusal.ts';
import type { LinkedOperation } from '../contracts/shape.ts';
import { readJson, writeJson } from './json-value.ts';
import type { AnswerOrigin, Protocol, WireAnswer, WireError, WireRequest } from './protocol.ts';
import { nameJsonError } from './wire-error.ts';

/** AWS JSON 1.1 (registry.md sections 1.1 to 1.4). */
export const awsJson = { decode, encode, encodeError } satisfies Protocol;

const contentType = 'application/x-amz-json-1.1';

function decode(
  { body }: Pick<WireRequest, 'body'>,
  operation: LinkedOperation,
): Record<string, unknown> {
  return readJson(body, operation.input);
}

const successHeaders = { 'Content-Type': contentType };

function encode(output: Record<string, unknown>, operation: LinkedOperation): WireAnswer {
  if (!operation.output) return { status: 200, headers: successHeaders, body: '' };
  const body = stringifyMembers(writeJson(output, operation.output) as object);
  return { status: 200, headers: successHeaders, body };
}

/** Both spellings of the text, and the code in header and body, for every SDK (registry.md 1.4). */
function encodeError(
  refusal: Refusal | undefined,
  origin?: Pick<AnswerOrigin, 'service'>,
): WireError {
  const named = nameJsonError(refusal, origin?.service);
  const { status, code, message, retryAfterSeconds: seconds } = named;
  return {
    status,
    code,
    headers: {
      'Content-Type': contentType,
      'x-amzn-ErrorType': code,
      ...(seconds !== undefined && { 'Retry-After': String(seconds) }),
    },
    body: JSON.stringify({ __type: code, message, Message: message }),
  };
}
