import { createServer as createHttp } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { Duplex } from 'node:stream';
import { limits } from '../kernel/limits.ts';
import type { TlsFiles } from './tls-files.ts';

const serverOptions = {
  maxHeaderSize: limits.headerBytesMax,
  headersTimeout: limits.headersSecondsMax * 1000,
  requestTimeout: limits.requestSecondsMax * 1000,
  keepAliveTimeout: limits.keepAliveSeconds * 1000,
  connectionsCheckingInterval: 1000,
  requireHostHeader: false,
  noDelay: true,
};

/** A server with the limits of the house; with files of a certificate it speaks TLS alone. */
export function createServer(tls?: TlsFiles): Server {
  if (!tls) return createHttp(serverOptions);
  const server = createHttps({
    ...serverOptions,
    ...tls.current,
    minVersion: 'TLSv1.2',
    handshakeTimeout: limits.handshakeSecondsMax * 1000,
  });
  tls.use(server);
  // Without this the answer to a broken request would be written into a broken handshake.
  server.removeAllListeners('tlsClientError');
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return server;
}

/** Takes every request, those with an expectation too: one that we do not know is none to meet. */
export function onRequest(server: Server, take: RequestListener): void {
  server.on('request', take);
  server.on('checkExpectation', take);
}

/** Takes the connections of CONNECT, which nobody here serves. */
export function onConnect(server: Server, take: (socket: Duplex) => void): void {
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => take(socket));
}

/** Listens; fails when the address is taken. Answers the port. */
export async function listening(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  return typeof address === 'object' && address ? address.port : port;
}

/** Takes no more connections, finishes what is in flight within limits.drainSecondsMax. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const patience = setTimeout(() => server.closeAllConnections(), limits.drainSecondsMax * 1000);
    // A connection whose last answer left before the closing began falls idle only later.
    const idle = setInterval(() => server.closeIdleConnections(), idleCheckMilliseconds);
    server.close(() => {
      clearTimeout(patience);
      clearInterval(idle);
      resolve();
    });
    server.closeIdleConnections();
  });
}

const idleCheckMilliseconds = 50;
