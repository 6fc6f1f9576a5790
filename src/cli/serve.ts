import { setTimeout } from 'node:timers/promises';
import { createApp } from '../app.ts';
import { ConfigError, readConfig } from '../config.ts';
import type { Config, Flags } from '../config.ts';
import { openServer } from '../server/open-server.ts';
import type { OpenServer } from '../server/open-server.ts';
import { exitCodes, Failure } from './failure.ts';
import { greeting } from './greeting.ts';
import { parseServeOptions, serveHelp } from './serve-options.ts';
import { explainStartFailure } from './start-failure.ts';
import { stopSignal } from './stop-signal.ts';
import type { Terminal } from './terminal.ts';
import { packageVersion } from './version.ts';

/** `imprimatur serve`: runs the registry with the settings of flags, environment and file. */
export async function serveCommand(args: readonly string[], terminal: Terminal): Promise<void> {
  const flags = parseServeOptions(args);
  if (flags === 'help') {
    terminal.out.write(serveHelp());
    return;
  }
  try {
    await serve(flags);
  } catch (error) {
    if (error instanceof ConfigError) throw new Failure(error.message, exitCodes.usage);
    throw error;
  }
}

/** Runs the registry until SIGINT or SIGTERM, then finishes what is in flight and closes. */
export async function serve(flags: Flags): Promise<void> {
  const config = readConfig(flags);
  // What the server writes is its owner's alone; what this process writes after it is not.
  const umask = process.umask(0o077);
  try {
    await serveUntilStopped(config);
  } finally {
    process.umask(umask);
  }
}

async function serveUntilStopped(config: Config): Promise<void> {
  const stopped = stopSignal();
  const app = await started(createApp(config), config);
  try {
    const parts = { version: packageVersion(), ownsProcess: true };
    const server = await started(openServer(app, config, parts), config);
    if (config.tls) process.on('SIGHUP', () => server.reload());
    process.stdout.write(greeting(config, app, server));
    await stopped;
    await stop(server, config);
  } finally {
    await app.close();
  }
}

async function stop(server: OpenServer, { drainSeconds }: Config): Promise<void> {
  server.drain();
  if (drainSeconds > 0) {
    process.stdout.write(`Draining for ${drainSeconds} s.\n`);
    await setTimeout(drainSeconds * 1000);
  }
  process.stdout.write('Stopping.\n');
  await server.close();
}

async function started<T>(start: Promise<T>, config: Config): Promise<T> {
  try {
    return await start;
  } catch (error) {
    throw explainStartFailure(error, config);
  }
}
