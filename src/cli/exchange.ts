import { request as requestHttp } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { endpointText } from './endpoint.ts';
import { ConnectionFailure } from './failure.ts';

/** A request ready for the wire. */
export interface WireRequest {
  readonly endpoint: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly timeouts: Timeouts;
}

/** How long to wait; 0 is for ever. */
export interface Timeouts {
  readonly connectSeconds: number;
  /** Between two signs of life of an open connection. */
  readonly readSeconds: number;
}

/** An answer, whole. */
export interface WireResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A failed exchange of which nobody knows whether the server saw it. */
export class BrokenExchange extends ConnectionFailure {
  /** Whether it may go better in a moment. */
  readonly passing: boolean;

  constructor(message: string, passing: boolean) {
    super(message);
    this.passing = passing;
  }
}

const responseBytesMax = 64 * 1024 * 1024;

/** Sends a request and reads the whole answer; redirects are answers like any other. */
export function exchange(request: WireRequest): Promise<WireResponse> {
  const { endpoint, headers, body, timeouts } = request;
  const secure = endpoint.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => reject(explain(error, endpoint));
    const outgoing = (secure ? requestHttps : requestHttp)(endpoint, { method: 'POST', headers });
    const giveUp = (): void => {
      outgoing.destroy(Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' }));
    };
    const connecting =
      timeouts.connectSeconds > 0 && setTimeout(giveUp, timeouts.connectSeconds * 1000);
    outgoing.on('socket', (socket) => {
      const connected = (): void => {
        if (connecting) clearTimeout(connecting);
      };
      if (socket.connecting) socket.once(secure ? 'secureConnect' : 'connect', connected);
      else connected();
    });
    outgoing.on('close', () => connecting && clearTimeout(connecting));
    if (timeouts.readSeconds > 0) outgoing.setTimeout(timeouts.readSeconds * 1000, giveUp);
    outgoing.on('error', fail);
    outgoing.on('response', (response) => {
      readWhole(response).then(
        (text) =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        fail,
      );
    });
    outgoing.end(body);
  });
}

/** Reads an answer to its end. */
export async function readWhole(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > responseBytesMax) throw new Error(`the answer exceeds ${responseBytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** What system errors mean, in words; those listed here may pass. */
const passing: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection lost',
  ECONNABORTED: 'connection lost',
  EPIPE: 'connection lost',
  ETIMEDOUT: 'no answer in time',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  EAI_AGAIN: 'name lookup failed',
};

/** What a failed connection means, in words. */
export function explain(error: NodeJS.ErrnoException, endpoint: URL): BrokenExchange {
  const code = error.code ?? '';
  const reason = passing[code] ?? (code === 'ENOTFOUND' ? 'unknown host' : tlsProblem(error));
  const advice =
    reason === undefined
      ? ''
      : ' Is the registry running there? Start it with "imprimatur serve", or name another with ' +
        '--endpoint-url.';
  const problem = reason ?? error.message.trim();
  return new BrokenExchange(
    `Cannot reach ${endpointText(endpoint)} (${problem}).${advice}`,
    Object.hasOwn(passing, code),
  );
}

function tlsProblem({ code = '', message }: NodeJS.ErrnoException): string | undefined {
  return code === 'EPROTO' || /wrong version number/.test(message)
    ? 'it does not speak TLS'
    : undefined;
}
