import type { IncomingMessage, ServerResponse } from 'node:http';
import { isLoopback } from '../config.ts';
import type { Metrics } from './metrics.ts';
import type { Readiness } from './readiness.ts';

/** What the answers are made of. */
export interface HealthParts {
  readonly readiness: Readiness;
  readonly metrics: Metrics;
  /** Whether the port of the API answers metrics to this machine; not where they have a port. */
  readonly hasMetricsOnMainPort: boolean;
}

/** From which port a question comes: that of the API, or the operators' own. */
export type HealthPort = 'main' | 'operations';

interface HealthAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

type Respond = (request: IncomingMessage, port: HealthPort) => Promise<HealthAnswer>;

/** Headers that a proxy adds: its clients are elsewhere, though it may run on this machine. */
const forwardingHeaders = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

/** Answers `/healthz`, `/readyz` and `/metrics`: plain text that needs no signature. */
export class Health {
  readonly #parts: HealthParts;
  readonly #paths: ReadonlyMap<string, Respond> = new Map<string, Respond>([
    ['/healthz', () => Promise.resolve({ status: 200, body: 'ok\n' })],
    ['/readyz', (_request, port) => this.#readiness(port)],
    ['/metrics', (request, port) => this.#metrics(request, port)],
  ]);

  constructor(parts: HealthParts) {
    this.#parts = parts;
  }

  /** Whether a request is for one of the paths; if so it is answered. */
  answers(request: IncomingMessage, response: ServerResponse, port: HealthPort): boolean {
    const [path = ''] = (request.url ?? '').split('?', 1);
    const respond = this.#paths.get(path);
    if (!respond) return false;
    const isQuestion = request.method === 'GET' || request.method === 'HEAD';
    const answer = isQuestion ? respond(request, port) : Promise.resolve(notAllowed);
    answer.then(
      (given) => send(response, given),
      () => send(response, { status: 500, body: 'failed\n' }),
    );
    return true;
  }

  /** The reason is for operators: strangers on the port of the API do not hear it. */
  async #readiness(port: HealthPort): Promise<HealthAnswer> {
    const problem = await this.#parts.readiness.check();
    if (problem === undefined) return { status: 200, body: 'ready\n' };
    const reason = port === 'operations' ? `: ${reasons[problem]}` : '';
    return { status: 503, body: `not ready${reason}\n` };
  }

  async #metrics(request: IncomingMessage, port: HealthPort): Promise<HealthAnswer> {
    const { metrics, hasMetricsOnMainPort } = this.#parts;
    if (port === 'main' && !(hasMetricsOnMainPort && isFromThisMachine(request))) return hidden;
    const body = await metrics.render();
    return { status: 200, body, headers: { 'Content-Type': metrics.contentType } };
  }
}

const reasons = { draining: 'stopping', database: 'the database does not answer' } as const;

const notAllowed: HealthAnswer = {
  status: 405,
  body: 'GET and HEAD only\n',
  // What the request brings besides is not read.
  headers: { Allow: 'GET, HEAD', Connection: 'close' },
};

const hidden: HealthAnswer = {
  status: 403,
  body: 'Metrics are answered to this machine alone, or on the port of --operations-port.\n',
};

function isFromThisMachine({ socket, headers }: IncomingMessage): boolean {
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  return isLoopback(address) && !forwardingHeaders.some((name) => headers[name] !== undefined);
}

function send(response: ServerResponse, { status, body, headers }: HealthAnswer): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}
