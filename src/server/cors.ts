import type { IncomingHttpHeaders } from 'node:http';

const allowedHeaders = [
  'authorization',
  'content-type',
  'last-event-id',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-target',
  'x-amz-user-agent',
  'amz-sdk-invocation-id',
  'amz-sdk-request',
];
const preflightSecondsMax = 600;

/** The CORS headers of an answer to a page of another origin, if that origin is allowed. */
export function corsHeaders(
  headers: IncomingHttpHeaders,
  origins: readonly string[],
): Record<string, string> {
  const { origin } = headers;
  if (origins.length === 0 || origin === undefined) return {};
  if (!origins.includes('*') && !origins.includes(origin)) return { Vary: 'Origin' };
  return {
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Expose-Headers': 'x-amzn-RequestId, x-amzn-ErrorType, Date',
    Vary: 'Origin',
  };
}

/** The further headers that answer a preflight request. */
export const preflightHeaders = {
  'Access-Control-Allow-Methods': 'POST, GET, PUT, DELETE',
  'Access-Control-Allow-Headers': allowedHeaders.join(', '),
  'Access-Control-Max-Age': String(preflightSecondsMax),
};
