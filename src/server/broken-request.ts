import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { limits } from '../kernel/limits.ts';
import { Refusal } from '../kernel/refusal.ts';
import { awsJson } from '../protocols/aws-json.ts';

const reasons: Record<number, string> = { 408: 'Request Timeout', 413: 'Content Too Large' };

/**
 * Answers what never became a request – malformed HTTP, too many headers, too slow a sender – and
 * closes the connection; after the answer to the request before it, if that is still under way.
 * Answers the error's name, or nothing when the other side has gone.
 */
export function answerBrokenRequest(
  error: NodeJS.ErrnoException,
  socket: Duplex,
  before: ServerResponse | undefined,
  requestId: string,
): string | undefined {
  const refused = awsJson.encodeError(brokenRequest(error));
  if (before && before.req.complete && !before.writableFinished && socket.writable) {
    before.once('finish', () => answerBrokenRequest(error, socket, undefined, requestId));
    return refused.code;
  }
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return undefined;
  }
  const { status, headers, body } = refused;
  const lines = [
    `HTTP/1.1 ${status} ${reasons[status] ?? 'Bad Request'}`,
    `x-amzn-RequestId: ${requestId}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `Date: ${new Date().toUTCString()}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
  return refused.code;
}

function brokenRequest(error: NodeJS.ErrnoException): Refusal {
  switch (error.code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new Refusal('timed-out', 'The request took too long to arrive.');
    case 'HPE_HEADER_OVERFLOW':
      return new Refusal(
        'too-large',
        `The request headers must not exceed ${limits.headerBytesMax} bytes.`,
      );
    default:
      return new Refusal('unreadable', 'The request is not valid HTTP.');
  }
}
