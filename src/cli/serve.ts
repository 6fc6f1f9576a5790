import { createApp } from '../app.ts';
import type { App } from '../app.ts';
import { ConfigError, isLoopback, readConfig } from '../config.ts';
import type { Config, Flags } from '../config.ts';
import { listen } from '../server/http.ts';
import type { PipelineRequest } from '../server/pipeline.ts';
import { exitCodes, Failure } from './failure.ts';
import { parseServeOptions, serveHelp } from './serve-options.ts';
import { explainStartFailure } from './start-failure.ts';
import type { Terminal } from './terminal.ts';

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
  // What the server writes is its owner's alone.
  process.umask(0o077);
  const stopped = stopSignal();
  const app = await started(createApp(config), config);
  try {
    const parts = {
      newId: app.newId,
      log: app.log,
      corsOrigins: config.corsOrigins,
      handle: (request: PipelineRequest) => app.handle(request),
    };
    const server = await started(listen(parts, config.host, config.port), config);
    process.stdout.write(greeting(config, app, server.port));
    await stopped;
    process.stdout.write('Stopping.\n');
    await server.close();
  } finally {
    await app.close();
  }
}

async function started<T>(start: Promise<T>, config: Config): Promise<T> {
  try {
    return await start;
  } catch (error) {
    throw explainStartFailure(error, config);
  }
}

/** npm passes Ctrl-C on to what it runs, which hears it from the terminal too: one wish, twice. */
const sameWishMilliseconds = 500;

/** Waits for SIGINT or SIGTERM; a further one ends the process at once, as is the custom. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    const stop = (first: NodeJS.Signals) => {
      const since = performance.now();
      for (const signal of stopSignals) process.off(signal, stop);
      for (const signal of stopSignals) {
        process.on(signal, () => {
          const isEcho = signal === 'SIGINT' && first === 'SIGINT';
          if (isEcho && performance.now() - since < sameWishMilliseconds) return;
          process.removeAllListeners(signal);
          process.kill(process.pid, signal);
        });
      }
      resolve();
    };
    for (const signal of stopSignals) process.on(signal, stop);
  });
}

const stopSignals = ['SIGINT', 'SIGTERM'] as const;

/** What a user needs to go on: the endpoint, the lines to export, where the data is. */
function greeting(config: Config, app: App, port: number): string {
  const endpoint = `http://${urlHost(config.host)}:${port}`;
  const region = config.regions === 'any' ? 'us-east-1' : config.regions[0]!;
  const lines = [
    `Imprimatur is listening on ${endpoint}`,
    `Data: ${config.dataDir}`,
    `Root access key: ${app.rootAccessKey.file}`,
    '',
    'Point any AWS client at it:',
    '',
    `  export AWS_ENDPOINT_URL=${endpoint}`,
    `  export AWS_DEFAULT_REGION=${region}`,
    ...credentialLines(app),
    '',
  ];
  if (!isLoopback(config.host)) {
    lines.push(`Anyone who reaches ${config.host} can send requests; they are not encrypted.`, '');
  }
  return `${lines.join('\n')}\n`;
}

/** A secret is shown once, when it is made; later the file is pointed at. */
function credentialLines({ rootAccessKey }: App): string[] {
  if (!rootAccessKey.isNew) {
    return [`  export AWS_SHARED_CREDENTIALS_FILE=${rootAccessKey.file}`];
  }
  return [
    `  export AWS_ACCESS_KEY_ID=${rootAccessKey.accessKeyId}`,
    `  export AWS_SECRET_ACCESS_KEY=${rootAccessKey.secretAccessKey}`,
  ];
}

function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
