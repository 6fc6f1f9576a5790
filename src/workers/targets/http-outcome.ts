import { STATUS_CODES } from 'node:http';
import type { HttpAnswer, HttpFailure } from './http-request.ts';
import type { DeliveryErrorCode, Outcome } from './target.ts';

/** What becomes of a delivery, by what came of its request (events.md section 5.3). */
export function httpOutcome(result: HttpAnswer | HttpFailure, now: number): Outcome {
  if (result.kind !== 'answered') return { ...failures[result.kind], message: result.message };
  const { statusCode } = result;
  const told = { statusCode, answer: answerText(result) };
  if (statusCode >= 200 && statusCode < 300) return { kind: 'delivered', ...told };
  const [errorCode, mayPass] = judge(statusCode);
  const pause = mayPass ? retryAfter(result, now) : undefined;
  return {
    kind: mayPass && pause !== 'never' ? 'later' : 'never',
    errorCode,
    message: messageOf(result),
    ...(typeof pause === 'number' && { retryAfter: pause }),
    ...told,
  };
}

interface Verdict {
  readonly kind: 'later' | 'never';
  readonly errorCode: DeliveryErrorCode;
}

const failures: Readonly<Record<HttpFailure['kind'], Verdict>> = {
  refused: { kind: 'never', errorCode: 'NO_PERMISSIONS' },
  'timed-out': { kind: 'later', errorCode: 'TIMEOUT' },
  'unknown-host': { kind: 'never', errorCode: 'NO_RESOURCE' },
  unreadable: { kind: 'later', errorCode: 'ERROR_FROM_TARGET' },
  unreachable: { kind: 'later', errorCode: 'CONNECTION_FAILURE' },
  unsent: { kind: 'never', errorCode: 'INVALID_PARAMETER' },
};

/** A status that is no success, and whether the same may succeed later. */
function judge(status: number): [errorCode: DeliveryErrorCode, mayPass: boolean] {
  if (status === 429) return ['THROTTLING', true];
  if (status === 401 || status === 407) return ['NO_PERMISSIONS', true];
  if (status === 403) return ['NO_PERMISSIONS', false];
  return ['ERROR_FROM_TARGET', status === 409 || status >= 500];
}

function messageOf({ statusCode, headers }: HttpAnswer): string {
  const { [statusCode]: name } = STATUS_CODES;
  const status = name === undefined ? String(statusCode) : `${statusCode} (${name})`;
  const isRedirect = statusCode >= 300 && statusCode < 400 && headers.location !== undefined;
  return isRedirect
    ? `It answered ${status}: redirects are not followed, the URL must be the last one.`
    : `It answered ${status}.`;
}

/** The wait that Retry-After asks for in milliseconds; a negative one asks for no further try. */
function retryAfter({ headers }: HttpAnswer, now: number): number | 'never' | undefined {
  const text = headers['retry-after']?.trim() ?? '';
  if (/^-\d+$/.test(text)) return 'never';
  if (/^\d{1,10}$/.test(text)) return Number(text) * 1_000;
  // Date.parse reads more than dates of HTTP, which begin with the name of a day.
  const at = /^[A-Z][a-z]+, /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

/** An answer as text that every database keeps; what is compressed is only counted. */
function answerText({ headers, body }: HttpAnswer): string {
  const { 'content-encoding': encoding = 'identity' } = headers;
  if (encoding !== 'identity') return `(${body.length} bytes, encoded as ${encoding})`;
  return body.toString('utf8').replaceAll('\0', '\uFFFD');
}
