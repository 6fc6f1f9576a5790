import type { IncomingMessage } from 'node:http';
import { limits } from '../kernel/limits.ts';
import type { AccessLog } from '../kernel/log.ts';
import { abortedStatus } from './metrics.ts';
import type { Metrics } from './metrics.ts';
import type { RequestFacts, RequestSpan } from './request-facts.ts';

/** Who hears of requests; whoever is left out costs nothing. */
export interface RequestListeners {
  readonly metrics?: Metrics | undefined;
  readonly accessLog?: AccessLog | undefined;
  readonly traces?: Traces | undefined;
}

/** Begins the spans of requests. */
export interface Traces {
  begin(request: IncomingMessage): RequestSpan;
}

/** Follows each request from its first byte to its answer. */
export class RequestWatch {
  readonly #listeners: RequestListeners;
  inFlight = 0;

  constructor(listeners: RequestListeners = {}) {
    this.#listeners = listeners;
  }

  /** A request has come. */
  begin(request: IncomingMessage, requestId: string): RequestFacts {
    this.inFlight += 1;
    return {
      requestId,
      sourceIp: plainAddress(request.socket.remoteAddress),
      startedAt: performance.now(),
      span: this.#listeners.traces?.begin(request),
      bytesIn: 0,
    };
  }

  /** Its answer has been handed to the socket. */
  end(facts: RequestFacts, request: IncomingMessage, status: number, bytesOut: number): void {
    this.inFlight -= 1;
    const { metrics, accessLog } = this.#listeners;
    const milliseconds = performance.now() - facts.startedAt;
    metrics?.countRequest(facts, status, milliseconds / 1000);
    facts.span?.end(facts, status);
    accessLog?.info({
      requestId: facts.requestId,
      ...(facts.span && { traceId: facts.span.traceId }),
      sourceIp: facts.sourceIp,
      principal: facts.principalArn,
      service: facts.service,
      operation: facts.operation,
      method: request.method,
      // Never the query: a presigned request has its signature there.
      path: pathOf(request).slice(0, limits.echoCharactersMax),
      status,
      code: facts.code,
      durationMs: Math.round(milliseconds * 1000) / 1000,
      bytesIn: facts.bytesIn,
      bytesOut,
      userAgent: request.headers['user-agent']?.slice(0, limits.userAgentCharactersMax),
    });
  }

  /** Its sender has gone before the request was whole. */
  abort(facts: RequestFacts, request: IncomingMessage): void {
    this.end(facts, request, abortedStatus, 0);
  }

  /** Something came that never became a request. */
  malformed(requestId: string, address: string | undefined, code: string): void {
    const { metrics, accessLog } = this.#listeners;
    metrics?.countMalformed(code);
    accessLog?.info({ requestId, sourceIp: plainAddress(address), code });
  }
}

function pathOf({ url = '/' }: IncomingMessage): string {
  const question = url.indexOf('?');
  return question < 0 ? url : url.slice(0, question);
}

/** An IPv4 address that came over an IPv6 socket, in its own form. */
function plainAddress(address = ''): string {
  return address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
}
