/**
 * Prepares the Python clients that the tests drive: a virtual environment in .cache/python with the
 * versions of python-clients.txt. Done once; later calls only look at a stamp.
 *
 * Tests find its interpreter in IMPRIMATUR_TEST_PYTHON, and `aws` beside it; they skip without it.
 */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Where the clients are, or in one sentence why there are none. */
export type PythonClients = { python: string } | { unavailable: string };

const root = join(import.meta.dirname, '..');
const folder = join(root, '.cache', 'python');
const requirements = join(import.meta.dirname, 'python-clients.txt');
const stamp = join(folder, 'imprimatur-stamp.txt');
const python =
  process.platform === 'win32'
    ? join(folder, 'Scripts', 'python.exe')
    : join(folder, 'bin', 'python');
const install =
  '-m pip install --quiet --no-input --disable-pip-version-check --no-deps --prefer-binary';
const run = promisify(execFile);

/** Makes the virtual environment where it is missing or stale. */
export async function preparePythonClients(): Promise<PythonClients> {
  const wanted = readFileSync(requirements, 'utf8');
  if (existsSync(python) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) {
    return { python };
  }
  const base = await findPython();
  if (base === undefined) return { unavailable: 'there is no python3 of version 3.10 or later' };
  if (!(await succeeds(base, ['-c', 'import venv, ensurepip']))) {
    return { unavailable: 'python3 has no venv module (on Debian: apt-get install python3-venv)' };
  }
  console.log('Preparing the Python clients in .cache/python (once) …');
  const started = performance.now();
  try {
    rmSync(folder, { recursive: true, force: true });
    await run(base, ['-m', 'venv', folder]);
    await run(python, [...install.split(' '), '--requirement', requirements]);
  } catch (error) {
    return { unavailable: `installing python-clients.txt failed: ${lastLine(error)}` };
  }
  writeFileSync(stamp, wanted);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`Python clients are ready after ${seconds} s.`);
  return { python };
}

async function findPython(): Promise<string | undefined> {
  const version = 'import sys; sys.exit(sys.version_info < (3, 10))';
  for (const name of ['python3', 'python']) {
    if (await succeeds(name, ['-c', version])) return name;
  }
  return undefined;
}

async function succeeds(command: string, args: string[]): Promise<boolean> {
  try {
    await run(command, args);
    return true;
  } catch {
    return false;
  }
}

/** The last line of what a failed command wrote, which is where pip says why. */
function lastLine(error: unknown): string {
  const written = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
  return written.trim().split('\n').at(-1) || String(error);
}
