import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { NewId } from '../kernel/id.ts';
import { limits } from '../kernel/limits.ts';
import { Refusal } from '../kernel/refusal.ts';
import { awsJson } from '../protocols/aws-json.ts';
import type { WireAnswer } from '../protocols/protocol.ts';
import { corsHeaders, preflightHeaders } from './cors.ts';
import type { PipelineRequest } from './pipeline.ts';
import { readBody } from './request-body.ts';

/** What the HTTP floor needs of the product. */
export interface HttpParts {
  readonly newId: NewId;
  readonly corsOrigins: readonly string[];
  handle(request: PipelineRequest): Promise<WireAnswer>;
}

/** A server that answers until it is closed. */
export interface HttpServer {
  /** The port listened on. */
  readonly port: number;
  /** Takes no more connections, finishes what is in flight within limits.drainSecondsMax. */
  close(): Promise<void>;
}

/** Listens on an address; fails when it is taken. */
export async function listen(parts: HttpParts, host: string, port: number): Promise<HttpServer> {
  const server = createServer(
    {
      maxHeaderSize: limits.headerBytesMax,
      headersTimeout: limits.headersSecondsMax * 1000,
      requestTimeout: limits.requestSecondsMax * 1000,
      keepAliveTimeout: limits.keepAliveSeconds * 1000,
      connectionsCheckingInterval: 1000,
      requireHostHeader: false,
      noDelay: true,
    },
    (request, response) => {
      void answer(request, response, parts);
    },
  );
  server.maxConnections = limits.connectionsMax;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    answerBrokenRequest(error, socket, parts.newId());
  });
  await listening(server, host, port);
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    close: () => drain(server),
  };
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function drain(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const patience = setTimeout(() => server.closeAllConnections(), limits.drainSecondsMax * 1000);
    server.close(() => {
      clearTimeout(patience);
      resolve();
    });
    server.closeIdleConnections();
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  parts: HttpParts,
): Promise<void> {
  const requestId = parts.newId();
  const cors = corsHeaders(request.headers, parts.corsOrigins);
  if (request.method === 'OPTIONS' && cors['Access-Control-Allow-Origin'] !== undefined) {
    send(response, requestId, { ...cors, ...preflightHeaders }, { ...nothing, status: 204 });
    return;
  }
  const body = await readBody(request);
  if (body.kind === 'aborted') return;
  if (body.kind === 'too-large') {
    const message = `The request body must not exceed ${limits.bodyBytesMax} bytes.`;
    const refused = awsJson.encodeError(new Refusal('too-large', message));
    send(response, requestId, { ...cors, Connection: 'close' }, refused);
    return;
  }
  const wire = await parts.handle(pipelineRequest(request, body.bytes, requestId));
  send(response, requestId, cors, wire);
}

const nothing: WireAnswer = { status: 200, headers: {}, body: '' };

function pipelineRequest(
  request: IncomingMessage,
  body: Buffer,
  requestId: string,
): PipelineRequest {
  const url = request.url ?? '/';
  const question = url.indexOf('?');
  return {
    method: request.method ?? 'GET',
    path: question < 0 ? url : url.slice(0, question),
    query: question < 0 ? '' : url.slice(question + 1),
    headers: request.headers,
    get headersDistinct() {
      return request.headersDistinct;
    },
    body,
    requestId,
    sourceIp: plainAddress(request.socket.remoteAddress),
  };
}

/** An IPv4 address that came over an IPv6 socket, in its own form. */
function plainAddress(address = ''): string {
  return address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
}

function send(
  response: ServerResponse,
  requestId: string,
  headers: Record<string, string>,
  wire: WireAnswer,
): void {
  response.writeHead(wire.status, {
    'x-amzn-RequestId': requestId,
    ...headers,
    ...wire.headers,
    'Content-Length': Buffer.byteLength(wire.body),
  });
  response.end(wire.body);
}

/** Answers what never became a request: malformed HTTP, too many headers, too slow a sender. */
function answerBrokenRequest(
  error: NodeJS.ErrnoException,
  socket: Duplex,
  requestId: string,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, headers, body } = awsJson.encodeError(brokenRequest(error));
  const lines = [
    `HTTP/1.1 ${status} ${reasons[status] ?? 'Bad Request'}`,
    `x-amzn-RequestId: ${requestId}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

const reasons: Record<number, string> = { 408: 'Request Timeout', 413: 'Content Too Large' };

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
