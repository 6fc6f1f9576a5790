import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** How many connections may be open; 0 from one source stands for any number. */
export interface ConnectionLimits {
  readonly max: number;
  readonly maxPerSource: number;
}

/** The open connections of a server; those beyond the limits are closed before they say a word. */
export class Connections {
  readonly #bySource = new Map<string, number>();
  readonly #maxPerSource: number;
  readonly #refused: (limit: 'all' | 'source') => void;
  open = 0;

  constructor(
    server: Server,
    { max, maxPerSource }: ConnectionLimits,
    refused: (limit: 'all' | 'source') => void = () => undefined,
  ) {
    this.#maxPerSource = maxPerSource;
    this.#refused = refused;
    server.maxConnections = max;
    server.on('drop', () => refused('all'));
    server.on('connection', (socket: Socket) => this.#take(socket));
  }

  #take(socket: Socket): void {
    const source = socket.remoteAddress ?? '';
    const count = (this.#bySource.get(source) ?? 0) + 1;
    this.#bySource.set(source, count);
    this.open += 1;
    socket.once('close', () => this.#leave(source));
    if (this.#maxPerSource === 0 || count <= this.#maxPerSource) return;
    this.#refused('source');
    socket.destroy();
  }

  #leave(source: string): void {
    this.open -= 1;
    const left = (this.#bySource.get(source) ?? 1) - 1;
    if (left === 0) this.#bySource.delete(source);
    else this.#bySource.set(source, left);
  }
}
