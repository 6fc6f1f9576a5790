/** A client of the live stream of events, on a real socket. */
import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { streamReader } from '../../src/cli/server-sent-events.ts';
import type { ServerSentEvent } from '../../src/cli/server-sent-events.ts';
import { signRequest } from '../../src/server/sigv4-sign.ts';
import type { SigningCredentials } from '../../src/server/sigv4-sign.ts';
import { testRegion } from './test-app.ts';

/** How a stream is asked for. */
export interface StreamRequest {
  readonly port: number;
  readonly credentials: SigningCredentials;
  readonly now: number;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly region?: string;
}

/** A stream that was asked for. */
export class LiveStream {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly events: ServerSentEvent[] = [];
  /** All that was told, as text. */
  text = '';
  isOver = false;
  readonly #response: IncomingMessage;
  readonly #reader = streamReader();
  #told: () => void = () => undefined;

  private constructor(response: IncomingMessage) {
    this.#response = response;
    this.status = response.statusCode!;
    this.headers = response.headers;
    response.on('data', (bytes: Buffer) => {
      this.text += bytes.toString();
      this.events.push(...this.#reader.take(bytes));
      this.#told();
    });
    response.on('error', () => undefined);
    response.on('close', () => {
      this.isOver = true;
      this.#told();
    });
  }

  /** Signs a question in headers and waits for the first bytes of its answer. */
  static async open(asked: StreamRequest): Promise<LiveStream> {
    const { port, credentials, now, parameters = {}, headers = {}, region = testRegion } = asked;
    const path = '/imprimatur/events';
    const query = new URLSearchParams(parameters).toString().replaceAll('+', '%20');
    const host = `127.0.0.1:${port}`;
    const unsigned = { method: 'GET', path, query, headers: { host }, body: Buffer.alloc(0) };
    const signature = signRequest({
      ...unsigned,
      credentials,
      region,
      service: 'imprimatur',
      now,
    });
    return LiveStream.ask(port, `${path}?${query}`, { host, ...headers, ...signature });
  }

  /** Asks as it is told to. */
  static async ask(
    port: number,
    path: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<LiveStream> {
    const sent = request({ host: '127.0.0.1', port, path, headers, agent: false }).end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return new LiveStream(response);
  }

  get lastId(): string {
    return this.#reader.lastId;
  }

  /** Waits until something is true of it; fails after some seconds. */
  async until(isSo: () => boolean, seconds = 10): Promise<void> {
    const late = AbortSignal.timeout(seconds * 1000);
    while (!isSo()) {
      if (late.aborted) throw new Error(`Not so after ${seconds} s: ${this.text}`);
      await new Promise<void>((resolve) => {
        this.#told = resolve;
        setTimeout(resolve, 20);
      });
    }
  }

  /** Waits for so many events; answers what they tell. */
  async take(count: number): Promise<unknown[]> {
    await this.until(() => this.events.length >= count);
    return this.events.map(({ data }) => JSON.parse(data) as unknown);
  }

  /** Stops reading, as a client that hangs. */
  pause(): void {
    this.#response.pause();
  }

  /** Breaks the connection off. */
  break(): void {
    this.#response.destroy();
  }
}
