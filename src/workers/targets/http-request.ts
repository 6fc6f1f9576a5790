import http from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { limits } from '../../kernel/limits.ts';
import { bareHost, RefusedAddress } from './address-guard.ts';
import type { AddressGuard } from './address-guard.ts';

/** A request to somebody's endpoint. */
export interface HttpMessage {
  readonly method: string;
  readonly url: URL;
  /** Besides Host and Content-Length. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Whether its connection is closed with it. */
  readonly closes?: boolean;
}

/** What an endpoint said. */
export interface HttpAnswer {
  readonly kind: 'answered';
  readonly statusCode: number;
  readonly headers: IncomingHttpHeaders;
  /** Cut to limits.targetAnswerBytesMax. */
  readonly body: Buffer;
}

/** Why there is no answer. */
export interface HttpFailure {
  readonly kind: 'refused' | 'timed-out' | 'unknown-host' | 'unreadable' | 'unreachable' | 'unsent';
  /** A sentence for whoever looks after the endpoint. */
  readonly message: string;
}

/**
 * Sends requests to endpoints that customers name: only where the guard lets it, with certificates
 * verified, without following redirects, and never for longer than limits.targetSecondsMax.
 */
export class HttpSender {
  readonly #guard: AddressGuard;
  readonly #ca: string | undefined;
  readonly #agents = {
    'http:': new http.Agent(agentOptions),
    'https:': new https.Agent(agentOptions),
  };

  /** A certificate in the place of the known authorities is for tests. */
  constructor(guard: AddressGuard, { ca }: { readonly ca?: string } = {}) {
    this.#guard = guard;
    this.#ca = ca;
  }

  /** Sends a request and answers what came of it; it never throws for what an endpoint does. */
  async send(message: HttpMessage, signal: AbortSignal): Promise<HttpAnswer | HttpFailure> {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), limits.targetSecondsMax * 1_000);
    const stop = (): void => deadline.abort();
    signal.addEventListener('abort', stop, { once: true });
    try {
      this.#guard.requireLiteral(message.url);
      const first = await this.#exchange(message, deadline.signal, !message.closes);
      // An endpoint may hang up on a connection just when it is used once more.
      return first === 'stale' ? await this.#onNewConnection(message, deadline.signal) : first;
    } catch (error) {
      if (signal.aborted) return { kind: 'unreachable', message: 'This server stops.' };
      return failureOf(error as NodeJS.ErrnoException);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
  }

  /** Closes the connections that are kept. */
  close(): void {
    for (const agent of Object.values(this.#agents)) agent.destroy();
  }

  async #onNewConnection(message: HttpMessage, deadline: AbortSignal): Promise<HttpAnswer> {
    const answer = await this.#exchange(message, deadline, false);
    if (answer === 'stale') throw new Error('A new connection is never stale.');
    return answer;
  }

  #exchange(
    { method, url, headers, body }: HttpMessage,
    deadline: AbortSignal,
    isKept: boolean,
  ): Promise<HttpAnswer | 'stale'> {
    const isTls = url.protocol === 'https:';
    const open: typeof https.request = isTls ? https.request : http.request;
    const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
    return new Promise((resolve, reject) => {
      let isAnswered = false;
      const request = open({
        method,
        protocol: url.protocol,
        hostname: bareHost(url.hostname),
        port: url.port,
        path: `${url.pathname}${url.search}`,
        headers: { ...headers, ...length },
        agent: isKept ? this.#agents[isTls ? 'https:' : 'http:'] : false,
        lookup: this.#lookupFor(url.protocol),
        maxHeaderSize: limits.targetHeaderBytesMax,
        rejectUnauthorized: true,
        ...(this.#ca !== undefined && { ca: this.#ca }),
        signal: deadline,
      });
      request.on('error', (error: NodeJS.ErrnoException) => {
        const isHungUp = error.code === 'ECONNRESET' || error.code === 'EPIPE';
        if (isAnswered) return;
        if (isHungUp && request.reusedSocket) resolve('stale');
        else reject(error);
      });
      request.on('response', (response) => {
        isAnswered = true;
        void readBody(response).then((read) => resolve(answerOf(response, read)));
      });
      // It may end without either, as when the endpoint wants to speak another protocol.
      request.on('close', () => {
        if (!isAnswered) reject(new Error('it hung up without an answer'));
      });
      request.end(body);
    });
  }

  /** Runs when a connection is made: what it answers is what is connected to. */
  #lookupFor(protocol: string): LookupFunction {
    return (host, { all }, callback) => {
      callbackify(() => this.#guard.addressesOf(host, protocol))((error, found) => {
        if (error) callback(error, '');
        else if (all) callback(null, found);
        else callback(null, found[0]!.address, found[0]!.family);
      });
    };
  }
}

const agentOptions = {
  keepAlive: true,
  maxSockets: limits.targetConnectionsPerHost,
  maxTotalSockets: limits.targetConnections,
  maxFreeSockets: limits.targetIdleConnectionsPerHost,
  timeout: limits.targetIdleSeconds * 1_000,
};

/** An answer's body as far as it is wanted; what comes after that is cut with the connection. */
function readBody(response: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let left: number = limits.targetAnswerBytesMax;
  return new Promise((resolve) => {
    const settle = (): void => resolve(Buffer.concat(parts));
    response.on('data', (part: Buffer) => {
      parts.push(part.subarray(0, left));
      left -= part.length;
      if (left < 0) response.destroy();
    });
    response.on('end', settle);
    // The status has been told: a body that breaks off or comes late takes nothing of it back.
    response.on('error', settle);
    response.on('close', settle);
  });
}

function answerOf({ statusCode = 0, headers }: IncomingMessage, body: Buffer): HttpAnswer {
  return { kind: 'answered', statusCode, headers, body };
}

const unsendable: ReadonlySet<string> = new Set([
  'ERR_INVALID_CHAR',
  'ERR_INVALID_HTTP_TOKEN',
  'ERR_UNESCAPED_CHARACTERS',
]);

function failureOf(error: NodeJS.ErrnoException): HttpFailure {
  const { code = '', message } = error;
  if (error instanceof RefusedAddress) return { kind: 'refused', message };
  if (error.name === 'AbortError') {
    const seconds = limits.targetSecondsMax;
    return { kind: 'timed-out', message: `It did not answer within ${seconds} seconds.` };
  }
  if (code === 'ENOTFOUND') {
    return { kind: 'unknown-host', message: 'Its host is not known to the name service.' };
  }
  if (code.startsWith('HPE_')) {
    return { kind: 'unreadable', message: `Its answer is no HTTP: ${message}.` };
  }
  if (unsendable.has(code)) {
    return { kind: 'unsent', message: `HTTP has no room for what is to be sent: ${message}.` };
  }
  const reasons = error instanceof AggregateError ? error.errors.map(reasonOf) : [message];
  return { kind: 'unreachable', message: `It could not be reached: ${reasons.join(', ')}.` };
}

function reasonOf(error: Error): string {
  return error.message;
}
