import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { NewId } from '../kernel/id.ts';
import { limits } from '../kernel/limits.ts';
import type { Log } from '../kernel/log.ts';
import { Refusal } from '../kernel/refusal.ts';
import { awsJson } from '../protocols/aws-json.ts';
import type { WireAnswer } from '../protocols/protocol.ts';
import { answerBrokenRequest } from './broken-request.ts';
import { corsHeaders, preflightHeaders } from './cors.ts';
import type { PipelineRequest } from './pipeline.ts';
import { readBody } from './request-body.ts';

/** What the HTTP floor needs of the product. */
export interface HttpParts {
  readonly newId: NewId;
  readonly log: Log;
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
  const state: ServerState = { parts, closing: false, lastResponses: new WeakMap() };
  const server = createServer(serverOptions);
  const take = (request: IncomingMessage, response: ServerResponse) => {
    state.lastResponses.set(request.socket, response);
    answer(request, response, state).catch((error: unknown) => {
      parts.log.error({ err: error }, 'answer not sent');
      response.destroy();
    });
  };
  server.on('request', take);
  // An expectation that we do not know is none to meet (RFC 9110, section 10.1.1).
  server.on('checkExpectation', take);
  server.maxConnections = limits.connectionsMax;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    answerBrokenRequest(error, socket, state.lastResponses.get(socket), parts.newId());
  });
  server.on('connect', (_request, socket) => {
    answerBrokenRequest(new Error('CONNECT'), socket, undefined, parts.newId());
  });
  await listening(server, host, port);
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    close: () => {
      state.closing = true;
      return drain(server);
    },
  };
}

const serverOptions = {
  maxHeaderSize: limits.headerBytesMax,
  headersTimeout: limits.headersSecondsMax * 1000,
  requestTimeout: limits.requestSecondsMax * 1000,
  keepAliveTimeout: limits.keepAliveSeconds * 1000,
  connectionsCheckingInterval: 1000,
  requireHostHeader: false,
  noDelay: true,
};

interface ServerState {
  readonly parts: HttpParts;
  /** From then on every answer asks its client to go. */
  closing: boolean;
  /** The answer given last on a connection, or still being given. */
  readonly lastResponses: WeakMap<Duplex, ServerResponse>;
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
    // A connection whose last answer left before the closing began falls idle only later.
    const idle = setInterval(() => server.closeIdleConnections(), idleCheckMilliseconds);
    server.close(() => {
      clearTimeout(patience);
      clearInterval(idle);
      resolve();
    });
    server.closeIdleConnections();
  });
}

const idleCheckMilliseconds = 50;

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  state: ServerState,
): Promise<void> {
  const { parts } = state;
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
  if (state.closing) response.setHeader('Connection', 'close');
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
