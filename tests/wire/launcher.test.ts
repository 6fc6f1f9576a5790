import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { after, describe, test } from 'node:test';

type Child = ChildProcessByStdio<null, Readable, Readable>;

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'imprimatur-launcher-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Makes this Node.js pass for an older one, in the process that it is loaded into. */
const old = `data:text/javascript,${encodeURIComponent(
  "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } });",
)}`;

/** An installation of its own: the launcher, a program, and a bundled runtime if asked for. */
function install(name: string, program: string, bundled: boolean): string {
  const home = join(folder, name);
  cpSync(join(root, 'bin'), join(home, 'bin'), { recursive: true });
  write(join(home, 'package.json'), '{ "type": "module" }');
  write(join(home, 'dist/main.js'), program);
  if (bundled) {
    const platform = process.platform === 'win32' ? 'win' : process.platform;
    const runtime = join(home, 'node_modules', `node-${platform}-${process.arch}`);
    write(join(runtime, 'package.json'), '{}');
    mkdirSync(join(runtime, 'bin'));
    symlinkSync(process.execPath, join(runtime, 'bin', platform === 'win' ? 'node.exe' : 'node'));
  }
  return join(home, 'bin/imprimatur.js');
}

function write(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

function start(...args: string[]): Child {
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function end(child: Child): Promise<{ code: number | null; out: string; errors: string }> {
  const [[code], out, errors] = await Promise.all([
    once(child, 'exit') as Promise<[number | null]>,
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code, out, errors };
}

describe('the launcher', () => {
  const echo = 'console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = 7;';

  test('runs the program in its own process when that is new enough', async () => {
    const launcher = install('new', `${echo} console.log(process.pid);`, false);
    const child = start(launcher, 'serve', '--port', '1 2');
    assert.deepEqual(await end(child), {
      code: 7,
      out: `["serve","--port","1 2"]\n${child.pid}\n`,
      errors: '',
    });
  });

  test('runs the program with the bundled runtime when it is too old', async () => {
    const launcher = install('old', echo, true);
    const { code, out } = await end(start('--import', old, launcher, 'serve'));
    assert.deepEqual({ code, out }, { code: 7, out: '["serve"]\n' });
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`passes ${signal} on to the bundled runtime`, async () => {
      const program = `
        setInterval(() => {}, 1000);
        process.on('${signal}', () => { console.log('${signal}'); process.exit(3); });
        console.log('ready');`;
      const child = start('--import', old, install(signal, program, true));
      const ending = end(child);
      await once(child.stdout, 'data');
      child.kill(signal);
      assert.deepEqual(await ending, { code: 3, out: `ready\n${signal}\n`, errors: '' });
    });
  }

  test('says in one line what is missing when there is no runtime', async () => {
    const launcher = install('none', echo, false);
    assert.deepEqual(await end(start('--import', old, launcher)), {
      code: 1,
      out: '',
      errors: 'imprimatur: this is Node.js 20.20.2; install Node.js 24.15 or later\n',
    });
  });
});

test('the built package serves', async () => {
  const launcher = install('package', '', false);
  const home = join(dirname(launcher), '..');
  const build = [join(root, 'scripts/build.ts'), join(home, 'dist')];
  execFileSync(process.execPath, build, { stdio: 'inherit' });
  symlinkSync(join(root, 'node_modules'), join(home, 'node_modules'), 'junction');
  const child = start(launcher, 'serve', '--port', '0', '--data-dir', join(home, 'data'));
  const ending = end(child);
  const [greeting] = (await once(child.stdout, 'data')) as [Buffer];
  assert.match(greeting.toString(), /http:\/\/127\.0\.0\.1:\d+/);
  child.kill('SIGTERM');
  assert.equal((await ending).code, 0);
});
