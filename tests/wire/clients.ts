/** The clients that are not JavaScript: boto3 and the AWS CLI, as scripts/python-clients.ts puts them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { devNull } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ServerProcess } from '../support/server-process.ts';
import { processRegion } from '../support/server-process.ts';

/** The interpreter that has boto3. */
export const python = process.env['IMPRIMATUR_TEST_PYTHON'] ?? '';

/** Why tests with these clients are skipped, or false; an option of `test`. */
export const withoutPython = existsSync(python)
  ? false
  : 'boto3 and the AWS CLI are not there: IMPRIMATUR_TEST_PYTHON names no interpreter';

/** Where `aws` is; goes before the rest of PATH. */
export const clientFolder = dirname(python);

/** How a command ended, and what it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly errors: string;
}

/** The environment of a client of this server: nothing of the developer's own AWS settings. */
export function clientEnvironment(server: ServerProcess): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(AWS|IMPRIMATUR|OTEL|PYTHON|NODE)_/.test(name),
  );
  return {
    ...Object.fromEntries(inherited),
    AWS_ENDPOINT_URL: server.endpoint,
    AWS_DEFAULT_REGION: processRegion,
    AWS_ACCESS_KEY_ID: server.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    NO_PROXY: '127.0.0.1,localhost',
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONUNBUFFERED: '1',
  };
}

/** The same without keys: the client takes those of a profile in a file of its own. */
export function profileEnvironment(
  server: ServerProcess,
  file: string,
  profile: string,
): NodeJS.ProcessEnv {
  const environment = clientEnvironment(server);
  delete environment['AWS_ACCESS_KEY_ID'];
  delete environment['AWS_SECRET_ACCESS_KEY'];
  // The CLI caches sessions at home, where those of another server would meet ours.
  return { ...environment, AWS_CONFIG_FILE: file, AWS_PROFILE: profile, HOME: dirname(file) };
}

/** Runs a command to its end. */
export async function run(
  program: string,
  args: readonly string[],
  options: { env: NodeJS.ProcessEnv; cwd?: string; input?: string },
): Promise<Ended> {
  const { input = '', ...rest } = options;
  const child = spawn(program, args, { ...rest, stdio: 'pipe' });
  // A command that does not read its input closes it, which is no fault.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [[code], out, errors] = await Promise.all([
    once(child, 'close') as Promise<[number | null]>,
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code, out, errors };
}

/** The path of a file beside this one. */
export function beside(name: string): string {
  return join(import.meta.dirname, name);
}
