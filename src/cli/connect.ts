import { Client } from './client.ts';
import { findCredentials } from './caller-credentials.ts';
import { findEndpoint, findRegion } from './endpoint.ts';
import type { ConnectionOptions } from './endpoint.ts';
import type { Timeouts } from './exchange.ts';
import { showProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';
import { Trace } from './trace.ts';
import { packageVersion } from './version.ts';

/** Options that every command has which calls the registry. */
export interface CallerOptions extends ConnectionOptions {
  readonly debug?: boolean;
}

/** Where calls go and who makes them, by options and environment. */
export function callerParts(options: CallerOptions, terminal: Terminal) {
  const endpoint = findEndpoint(options, terminal.environment);
  return {
    endpoint,
    region: findRegion(options, terminal.environment),
    credentials: findCredentials(options, endpoint, terminal.environment),
    userAgent: `imprimatur-cli/${packageVersion()} node/${process.versions.node}`,
  };
}

/** A client by options and environment; `quiet` leaves the progress line to the command. */
export function connect(
  options: CallerOptions,
  terminal: Terminal,
  { quiet = false, timeouts }: { quiet?: boolean; timeouts?: Timeouts } = {},
): Client {
  return new Client({
    ...callerParts(options, terminal),
    ...(timeouts && { timeouts }),
    ...(options.debug && { trace: new Trace(terminal.error) }),
    ...(!quiet && { watch: (work, operation) => watched(terminal, operation, work) }),
  });
}

function watched<T>(terminal: Terminal, operation: string, work: Promise<T>): Promise<T> {
  return showProgress(terminal, () => `Waiting for ${operation}…`, work);
}
