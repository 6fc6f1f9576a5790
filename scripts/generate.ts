/**
 * Writes the generated files anew, or with `--check` fails when one of them is stale.
 *
 * The contracts come from botocore's service models, which the tests' Python environment holds in
 * the pinned version.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { preparePythonClients } from './python-clients.ts';

const generators = ['build-contracts.ts'];

const clients = await preparePythonClients();
if ('unavailable' in clients) {
  console.error(`Nothing was generated or checked: ${clients.unavailable}.`);
  process.exit(1);
}
for (const generator of generators) {
  const program = join(import.meta.dirname, generator);
  const env = { ...process.env, IMPRIMATUR_TEST_PYTHON: clients.python };
  const options = { env, stdio: 'inherit' } as const;
  const { status } = spawnSync(process.execPath, [program, ...process.argv.slice(2)], options);
  if (status !== 0) process.exitCode = 1;
}
