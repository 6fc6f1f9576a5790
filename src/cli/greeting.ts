import { join } from 'node:path';
import type { App } from '../app.ts';
import { databaseFileName, isLoopback } from '../config.ts';
import type { Config } from '../config.ts';
import type { OpenServer } from '../server/open-server.ts';
import { displayDatabaseUrl } from '../store/database-url.ts';

/** What a user needs to go on: the endpoint, the lines to export, where the data is. */
export function greeting(config: Config, app: App, { port, operationsPort }: OpenServer): string {
  const scheme = config.tls ? 'https' : 'http';
  const endpoint = `${scheme}://${urlHost(config.host)}:${port}`;
  const region = config.regions === 'any' ? 'us-east-1' : config.regions[0]!;
  const lines = [
    `Imprimatur is listening on ${endpoint}`,
    ...placeLines(config),
    `Root access key: ${app.rootAccessKey.file}`,
    ...(operationsPort === undefined ? [] : [operationsLine(config, operationsPort)]),
    '',
    'Point any AWS client at it:',
    '',
    `  export AWS_ENDPOINT_URL=${endpoint}`,
    `  export AWS_DEFAULT_REGION=${region}`,
    ...credentialLines(app),
    '',
  ];
  if (!isLoopback(config.host) && !config.tls) {
    lines.push(`Anyone who reaches ${config.host} can send requests; they are not encrypted.`, '');
  }
  return `${lines.join('\n')}\n`;
}

/** Where the data is: in the folder, or in a database elsewhere. */
function placeLines({ dataDir, database }: Config): string[] {
  const isDefault = database === `sqlite:${join(dataDir, databaseFileName)}`;
  const data = `Data: ${dataDir}`;
  return isDefault ? [data] : [data, `Database: ${displayDatabaseUrl(database)}`];
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

function operationsLine({ operationsHost }: Config, port: number): string {
  return `Health and metrics: http://${urlHost(operationsHost)}:${port}`;
}

function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
