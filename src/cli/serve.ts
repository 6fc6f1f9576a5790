import { once } from 'node:events';
import { createApp } from '../app.ts';
import type { App } from '../app.ts';
import { isLoopback, readConfig } from '../config.ts';
import type { Config, Flags } from '../config.ts';
import { listen } from '../server/http.ts';

/** Runs the registry until SIGINT or SIGTERM, then finishes what is in flight and closes. */
export async function serve(flags: Flags): Promise<void> {
  const config = readConfig(flags);
  // What the server writes is its owner's alone.
  process.umask(0o077);
  const app = await createApp(config);
  try {
    const server = await listen(
      {
        newId: app.newId,
        corsOrigins: config.corsOrigins,
        handle: (request) => app.handle(request),
      },
      config.host,
      config.port,
    );
    process.stdout.write(greeting(config, app, server.port));
    await stopSignal();
    process.stdout.write('Stopping.\n');
    await server.close();
  } finally {
    await app.close();
  }
}

async function stopSignal(): Promise<void> {
  const waiting = new AbortController();
  const { signal } = waiting;
  await Promise.race([once(process, 'SIGINT', { signal }), once(process, 'SIGTERM', { signal })]);
  // From here on a second signal ends the process at once, as is the custom.
  waiting.abort();
}

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
