import { readRootKey, rootKeyFile } from './caller-credentials.ts';
import { newCommand, runCommand } from './command.ts';
import { endpointText, findEndpoint, findRegion } from './endpoint.ts';
import type { ConnectionOptions } from './endpoint.ts';
import { ConfigurationFailure } from './failure.ts';
import type { Environment, Terminal } from './terminal.ts';

interface CredentialsOptions extends ConnectionOptions {
  readonly dataDir?: string;
}

/** `imprimatur credentials`: prints the lines that point a shell's AWS clients at the registry. */
export function credentials(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = newCommand(
    {
      name: 'credentials',
      summary:
        "Prints lines to export: the data folder's root access key, and where the registry is.",
      examples: [
        ['credentials', 'prints the lines'],
        ['credentials --data-dir /var/lib/imprimatur', 'takes the key of another data folder'],
      ],
    },
    terminal,
  )
    .addHelpText('after', '  eval "$(imprimatur credentials)"\n      sets up the shell with them')
    .option('--data-dir <folder>', 'data folder (IMPRIMATUR_DATA_DIR; default ./imprimatur-data)')
    .option('--endpoint-url <url>', 'where the registry listens, as with the other commands')
    .option('--region <name>', 'region to work in, as with the other commands')
    .action((options: CredentialsOptions) => {
      terminal.out.write(exportLines(options, terminal.environment));
    });
  return runCommand(command, args);
}

function exportLines(options: CredentialsOptions, environment: Environment): string {
  const file = rootKeyFile(environment, options.dataDir);
  const key = readRootKey(file);
  if (!key) {
    throw new ConfigurationFailure(
      `There is no root key in ${file}. "imprimatur serve" makes one at its first start; ` +
        '--data-dir names another data folder.',
    );
  }
  const endpoint = findEndpoint(options, environment);
  const lines = [
    `export AWS_ACCESS_KEY_ID=${quoted(key.accessKeyId)}`,
    `export AWS_SECRET_ACCESS_KEY=${quoted(key.secretAccessKey)}`,
    // With the token of another key no signature would fit.
    ...(environment['AWS_SESSION_TOKEN'] ? ['unset AWS_SESSION_TOKEN'] : []),
    `export AWS_ENDPOINT_URL=${quoted(endpointText(endpoint))}`,
    `export AWS_DEFAULT_REGION=${quoted(findRegion(options, environment))}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** A value as a POSIX shell reads it. */
function quoted(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
}
