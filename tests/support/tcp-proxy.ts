/**
 * A wire between a server and its database that a test can cut, hold or damage.
 *
 *   const wire = await TcpProxy.start(postgres.port);
 *   wire.stall();      // a black hole: connections stand, nothing passes, nobody is told
 *   wire.reset();      // every connection breaks (RST)
 */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

interface Pair {
  readonly near: Socket;
  readonly far: Socket;
}

/** A TCP proxy on loopback in front of a port. */
export class TcpProxy {
  readonly port: number;
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  /** The port behind it, for connections to come. */
  target: number;
  #isStalled = false;
  #answerBytesLeft = Infinity;
  #rewrite: ((bytes: Buffer) => Buffer) | undefined;

  private constructor(server: Server, target: number) {
    this.#server = server;
    this.target = target;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (near) => this.#join(near));
  }

  static async start(target: number): Promise<TcpProxy> {
    const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    server.unref();
    return new TcpProxy(server, target);
  }

  /** A database's URL, by way of this proxy. */
  url(direct: string): string {
    return direct.replace(/:\d+\//u, `:${this.port}/`);
  }

  /** Connections that are open now. */
  get connections(): number {
    return this.#pairs.size;
  }

  /** Nothing passes any more, in either direction; new connections are taken and not served. */
  stall(): void {
    this.#isStalled = true;
    for (const { near, far } of this.#pairs) {
      near.pause();
      far.pause();
    }
  }

  /** Everything passes again, what was held back first. */
  heal(): void {
    this.#isStalled = false;
    this.#answerBytesLeft = Infinity;
    for (const { near, far } of this.#pairs) {
      near.resume();
      far.resume();
    }
  }

  /** Breaks every connection that is open now. */
  reset(): void {
    for (const { near, far } of this.#pairs) {
      if (near.readyState === 'open') near.resetAndDestroy();
      far.destroy();
    }
  }

  /** Lets so many bytes of answers pass, then ends connections, within a message as it may be. */
  truncate(bytes: number): void {
    this.#answerBytesLeft = bytes;
  }

  /** Changes what the database answers; the length must stay. */
  rewrite(change: ((bytes: Buffer) => Buffer) | undefined): void {
    this.#rewrite = change;
  }

  close(): void {
    for (const { near, far } of this.#pairs) for (const one of [near, far]) one.destroy();
    this.#server.close();
  }

  #join(near: Socket): void {
    const far = connect(this.target, '127.0.0.1');
    const pair = { near, far };
    this.#pairs.add(pair);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.setNoDelay(true);
      one.unref();
      one.on('error', () => other.destroy());
      one.on('end', () => other.end());
      one.on('close', () => {
        this.#pairs.delete(pair);
        other.destroy();
      });
    }
    near.on('data', (bytes: Buffer) => far.write(bytes));
    far.on('data', (bytes: Buffer) => this.#answer(near, far, bytes));
    if (this.#isStalled) far.pause();
    else near.resume();
  }

  #answer(near: Socket, far: Socket, bytes: Buffer): void {
    const passing = this.#rewrite ? this.#rewrite(bytes) : bytes;
    near.write(passing.subarray(0, this.#answerBytesLeft));
    this.#answerBytesLeft -= passing.length;
    if (this.#answerBytesLeft > 0) return;
    this.#answerBytesLeft = 0;
    near.end();
    far.destroy();
  }
}
