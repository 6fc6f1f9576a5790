import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { NewId } from '../kernel/id.ts';
import { limits } from '../kernel/limits.ts';
import type { Log } from '../kernel/log.ts';
import { Refusal } from '../kernel/refusal.ts';
import { awsJson } from '../protocols/aws-json.ts';
import type { WireAnswer } from '../protocols/protocol.ts';
import { answerBrokenRequest } from './broken-request.ts';
import { Connections } from './connections.ts';
import type { ConnectionLimits } from './connections.ts';
import { corsHeaders, preflightHeaders } from './cors.ts';
import type { Health } from './health.ts';
import type { Metrics } from './metrics.ts';
import type { PipelineAnswer, PipelineRequest } from './pipeline.ts';
import { readBody } from './request-body.ts';
import type { RequestFacts } from './request-facts.ts';
import { RequestWatch } from './request-watch.ts';
import { closeServer, createServer, listening, onConnect, onRequest } from './sockets.ts';
import type { TlsFiles } from './tls-files.ts';
import { Turn } from './turn.ts';

/** What the HTTP floor needs of the product; what is left out is not offered. */
export interface HttpParts {
  readonly newId: NewId;
  readonly log: Log;
  readonly corsOrigins: readonly string[];
  readonly connections?: ConnectionLimits;
  readonly tls?: TlsFiles | undefined;
  readonly health?: Health;
  readonly metrics?: Metrics;
  readonly watch?: RequestWatch;
  handle(request: PipelineRequest): Promise<PipelineAnswer>;
}

/** A server that answers until it is closed. */
export interface HttpServer {
  /** The port listened on. */
  readonly port: number;
  readonly openConnections: number;
  /** From then on every answer asks its client to go; who comes is served still. */
  drain(): void;
  /** Takes no more connections, finishes what is in flight within limits.drainSecondsMax. */
  close(): Promise<void>;
}

const anyConnections: ConnectionLimits = { max: limits.connectionsMax, maxPerSource: 0 };

/** Listens on an address; fails when it is taken. */
export async function listen(parts: HttpParts, host: string, port: number): Promise<HttpServer> {
  const watch = parts.watch ?? new RequestWatch();
  const state: ServerState = {
    parts,
    watch,
    turn: new Turn(),
    closing: false,
    lastResponses: new WeakMap(),
  };
  const server = createServer(parts.tls);
  const connections = new Connections(server, parts.connections ?? anyConnections, (limit) =>
    parts.metrics?.countRefusedConnection(limit),
  );
  onRequest(server, (request, response) => {
    state.lastResponses.set(request.socket, response);
    if (parts.health?.answers(request, response, 'main')) return;
    answer(request, response, state).catch((error: unknown) => {
      parts.log.error({ err: error }, 'answer not sent');
      response.destroy();
    });
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    refuseBroken(error, socket, state.lastResponses.get(socket), state);
  });
  onConnect(server, (socket) => refuseBroken(new Error('CONNECT'), socket, undefined, state));
  return {
    port: await listening(server, host, port),
    get openConnections() {
      return connections.open;
    },
    drain: () => {
      state.closing = true;
    },
    close: () => {
      state.closing = true;
      return closeServer(server);
    },
  };
}

interface ServerState {
  readonly parts: HttpParts;
  readonly watch: RequestWatch;
  readonly turn: Turn;
  /** From then on every answer asks its client to go. */
  closing: boolean;
  /** The answer given last on a connection, or still being given. */
  readonly lastResponses: WeakMap<Duplex, ServerResponse>;
}

function refuseBroken(
  error: NodeJS.ErrnoException,
  socket: Duplex,
  before: ServerResponse | undefined,
  { parts, watch }: ServerState,
): void {
  const requestId = parts.newId();
  const { remoteAddress: address } = socket as Socket;
  const code = answerBrokenRequest(error, socket, before, requestId);
  if (code !== undefined) watch.malformed(requestId, address, code);
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  state: ServerState,
): Promise<void> {
  const { parts, watch } = state;
  const facts = watch.begin(request, parts.newId());
  const finish = (headers: Record<string, string>, wire: PipelineAnswer): void => {
    const bytes = send(response, facts.requestId, headers, wire);
    watch.end(facts, request, wire.status, bytes);
  };
  if (state.closing) response.setHeader('Connection', 'close');
  const cors = corsHeaders(request.headers, parts.corsOrigins);
  if (request.method === 'OPTIONS' && cors['Access-Control-Allow-Origin'] !== undefined) {
    finish({ ...cors, ...preflightHeaders }, { ...nothing, status: 204 });
    return;
  }
  const body = await readBody(request);
  if (body.kind === 'aborted') {
    watch.abort(facts, request);
    return;
  }
  if (body.kind === 'too-large') {
    const message = `The request body must not exceed ${limits.bodyBytesMax} bytes.`;
    const refused = awsJson.encodeError(new Refusal('too-large', message));
    facts.code = refused.code;
    finish({ ...cors, Connection: 'close' }, refused);
    return;
  }
  facts.bytesIn = body.bytes.length;
  await state.turn.end();
  const wire = await parts.handle(new WholeRequest(request, body.bytes, facts));
  // The closing may have begun meanwhile.
  if (state.closing) response.setHeader('Connection', 'close');
  finish(cors, wire);
}

const nothing: WireAnswer = { status: 200, headers: {}, body: '' };

/** A request whose body has come in; repeated headers are told apart only for who asks. */
class WholeRequest implements PipelineRequest {
  readonly #incoming: IncomingMessage;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly requestId: string;
  readonly sourceIp: string;
  readonly isSecure: boolean;
  readonly facts: RequestFacts;

  constructor(incoming: IncomingMessage, body: Buffer, facts: RequestFacts) {
    const { method = 'GET', url = '/', headers } = incoming;
    const question = url.indexOf('?');
    this.#incoming = incoming;
    this.method = method;
    this.path = question < 0 ? url : url.slice(0, question);
    this.query = question < 0 ? '' : url.slice(question + 1);
    this.headers = headers;
    this.body = body;
    this.requestId = facts.requestId;
    this.sourceIp = facts.sourceIp;
    // What a proxy says of its own clients anybody could say.
    this.isSecure = incoming.socket instanceof TLSSocket;
    this.facts = facts;
  }

  get headersDistinct(): NodeJS.Dict<string[]> {
    return this.#incoming.headersDistinct;
  }
}

/** Answers how many bytes the body has. */
function send(
  response: ServerResponse,
  requestId: string,
  headers: Record<string, string>,
  wire: PipelineAnswer,
): number {
  if (wire.follow) {
    response.writeHead(wire.status, {
      'x-amzn-RequestId': requestId,
      ...headers,
      ...wire.headers,
    });
    wire.follow(response);
    return 0;
  }
  const bytes = Buffer.byteLength(wire.body);
  // A list is what Node.js writes down without looking anything up.
  const list = ['x-amzn-RequestId', requestId];
  for (const given of [headers, wire.headers]) {
    for (const name of Object.keys(given)) list.push(name, given[name]!);
  }
  list.push('Content-Length', String(bytes));
  response.writeHead(wire.status, list);
  // Text of one byte a character is only copied.
  response.end(wire.body, bytes === wire.body.length ? 'latin1' : 'utf8');
  return bytes;
}
