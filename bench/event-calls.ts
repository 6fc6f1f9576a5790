import { Agent, createServer, request } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { signRequest } from '../src/server/sigv4-sign.ts';
import { scope } from './population.ts';
import { rootKey } from './signed-request.ts';

/** Services that are called here, with what stands before their operations. */
const prefixes = { events: 'AWSEvents', imprimatur: 'Imprimatur' } as const;

/** Makes a call of EventBridge or of our own, which must succeed. */
export async function callEvents<Output>(
  port: number,
  service: keyof typeof prefixes,
  operation: string,
  input: object,
): Promise<Output> {
  const body = JSON.stringify(input);
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `${prefixes[service]}.${operation}`,
    host: `127.0.0.1:${port}`,
  };
  const asked = { method: 'POST', path: '/', query: '', headers, body: Buffer.from(body) };
  const of = { credentials: rootKey, region: scope.region, service };
  const signature = signRequest({ ...asked, ...of, now: Date.now() });
  const { status, text } = await exchange(port, { ...headers, ...signature }, body);
  if (status !== 200) throw new Error(`${operation} was answered ${status}: ${text}`);
  return JSON.parse(text) as Output;
}

/** More calls than these at once wait here, so that a server that is late is not buried. */
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

function exchange(
  port: number,
  headers: Record<string, string>,
  body: string,
): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const to = { host: '127.0.0.1', port, method: 'POST', agent };
    const sent = request({ ...to, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** An endpoint on loopback that takes all that it gets and notes when. */
export class EventReceiver {
  /** When the first byte of each came, by path and webhook-id. */
  readonly at = new Map<string, number>();
  count = 0;
  /** Whether only counted, so that much costs no memory. */
  isCounting = false;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((got, response) => {
      this.count += 1;
      const id = `${got.url} ${String(got.headers['webhook-id'])}`;
      if (!this.isCounting && !this.at.has(id)) this.at.set(id, performance.now());
      got.resume().on('end', () => response.writeHead(204).end());
    });
  }

  /** Opens it; answers its URL. */
  async open(): Promise<string> {
    await new Promise<void>((resolve) => void this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
