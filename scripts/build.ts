/**
 * Compiles src to JavaScript for the published package, without tests, and copies the data files
 * that the program reads at run time. A checkout runs src itself and needs no build.
 *
 *   node scripts/build.ts [FOLDER]        into dist unless told otherwise
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, globSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const root = join(import.meta.dirname, '..');
const compiler = join(root, 'node_modules/typescript/bin/tsc');
const target = resolve(process.argv[2] ?? join(root, 'dist'));

rmSync(target, { recursive: true, force: true });
const options = [compiler, '--project', 'tsconfig.build.json', '--outDir', target];
const { status } = spawnSync(process.execPath, options, { cwd: root, stdio: 'inherit' });
if (status !== 0) process.exit(1);
for (const file of globSync('src/**/*.json', { cwd: root })) {
  const copy = join(target, relative('src', file));
  mkdirSync(dirname(copy), { recursive: true });
  copyFileSync(join(root, file), copy);
}
