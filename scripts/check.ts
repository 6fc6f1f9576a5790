/**
 * Everything that must hold before a change is committed: the npm scripts below, one after the
 * other, all of them even when one fails.
 *
 *   npm run check
 *   npm run check -- --static        without the tests
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { styleText } from 'node:util';

/** Names of npm scripts, with their arguments; floors and tidiness are among the tests. */
const staticChecks = ['format:check', 'lint', 'types', 'knip', 'generate --check'];

/** Runs an npm script, and answers whether it succeeded; a success is told in one line. */
function succeeds(check: string): boolean {
  const [name = '', ...args] = check.split(' ');
  const started = performance.now();
  const isShown = name === 'test';
  console.log(`… ${check}`);
  const result = spawnSync(process.execPath, ['--run', name, '--', ...args], {
    cwd: join(import.meta.dirname, '..'),
    encoding: 'utf8',
    stdio: isShown ? 'inherit' : 'pipe',
  });
  const ok = result.status === 0;
  const time = `${((performance.now() - started) / 1_000).toFixed(1)} s`;
  if (!ok && !isShown) console.log(`${result.stdout}${result.stderr}`.trimEnd());
  console.log(`${ok ? styleText('green', '✔') : styleText('red', '✖')} ${check}  ${time}`);
  return ok;
}

const checks = process.argv.includes('--static') ? staticChecks : [...staticChecks, 'test'];
const failed = checks.filter((check) => !succeeds(check));
if (failed.length > 0) {
  console.log(`\nFailed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
