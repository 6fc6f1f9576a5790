import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** An answer, to be read before the next request is sent: its body lies in a buffer used again. */
export interface Answer {
  readonly status: number;
  /** Status line and headers. */
  readonly head: Buffer;
  readonly body: Buffer;
}

const receiveBytesMax = 4 * 1024 * 1024;
const endOfHead = Buffer.from('\r\n\r\n');

/**
 * A keep-alive HTTP connection with one request in flight, on a bare socket: a driver that shares
 * two cores with the server must cost a fraction of it. It understands what our servers answer,
 * which is Content-Length, and nothing else.
 */
export class Connection {
  /** Told of each answer; may send the next request. */
  onAnswer: (answer: Answer) => void = () => undefined;
  /** Told why there will be no more answers. */
  onFailure: (error: Error) => void = () => undefined;
  readonly #buffer = Buffer.allocUnsafe(receiveBytesMax);
  #received = 0;
  /** Bytes of the whole answer; 0 until its head is there. */
  #wanted = 0;
  #bodyStart = 0;
  #closed = false;
  #socket: Socket | undefined;

  /** Connects to a port of this machine. */
  static open(port: number): Promise<Connection> {
    const connection = new Connection();
    return new Promise((resolve, reject) => {
      const socket = connect({
        host: '127.0.0.1',
        port,
        noDelay: true,
        onread: {
          buffer: () => connection.#free(),
          callback: (bytes) => {
            connection.#take(bytes);
            return true;
          },
        },
      });
      connection.#socket = socket;
      socket.once('connect', () => resolve(connection));
      socket.once('error', (error) => {
        reject(error);
        connection.onFailure(error);
      });
      socket.once('close', () => {
        if (!connection.#closed) connection.onFailure(new Error('The server hung up.'));
      });
    });
  }

  /** Sends a request, given as the bytes that go over the wire. */
  send(request: Buffer): void {
    this.#socket!.write(request);
  }

  /** Ends the connection at once. */
  close(): void {
    this.#closed = true;
    this.#socket!.destroy();
  }

  /** Where the next bytes go: behind those that came before. */
  #free(): Buffer {
    return this.#received === 0 ? this.#buffer : this.#buffer.subarray(this.#received);
  }

  #take(bytes: number): void {
    this.#received += bytes;
    if (this.#wanted === 0 && !this.#readHead()) return;
    if (this.#received < this.#wanted) return;
    const answer: Answer = {
      status: Number(this.#buffer.toString('latin1', 9, 12)),
      head: this.#buffer.subarray(0, this.#bodyStart),
      body: this.#buffer.subarray(this.#bodyStart, this.#wanted),
    };
    this.#received = 0;
    this.#wanted = 0;
    this.onAnswer(answer);
  }

  #readHead(): boolean {
    const end = this.#buffer.subarray(0, this.#received).indexOf(endOfHead);
    if (end < 0) return false;
    this.#bodyStart = end + endOfHead.length;
    const length = /\r\ncontent-length: (\d+)/i.exec(this.#buffer.toString('latin1', 0, end));
    if (!length) throw new Error('An answer without Content-Length.');
    this.#wanted = this.#bodyStart + Number(length[1]);
    return true;
  }
}
