#!/usr/bin/env -S node --max-semi-space-size=8 --heap-growing-percent=50
// The command `imprimatur`: finds a Node.js that is new enough and runs the program with it.
// Plain JavaScript without a build step, because it must start on Node 20 to say what is missing.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const oldestRuntime = { major: 24, minor: 15 };

/**
 * As in the first line above and in `npm start`: left alone, V8 lets the space for short-lived
 * objects grow to 128 MB under load, and all others to four times what is in use: more than all
 * else that the registry needs.
 */
const runtimeFlags = ['--max-semi-space-size=8', '--heap-growing-percent=50'];

/**
 * Whether a version such as `24.21.0` has what the program needs (node:sqlite, type stripping).
 * @param {string} version
 */
function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major !== oldestRuntime.major) return major > oldestRuntime.major;
  return minor >= oldestRuntime.minor;
}

/** The program: a checkout runs its sources, so that a left-over build is never run instead. */
function findProgram() {
  const root = join(dirname(fileURLToPath(import.meta.url)), '..');
  const candidates = [join(root, 'src', 'main.ts'), join(root, 'dist', 'main.js')];
  return candidates.find((path) => existsSync(path));
}

/** The runtime that npm installed beside the program, where there is one for this machine. */
function findBundledRuntime() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}`;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    const binary = join(dirname(manifest), 'bin', platform === 'win' ? 'node.exe' : 'node');
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Says in one line why nothing can be run.
 * @param {string} message
 */
function fail(message) {
  console.error(`imprimatur: ${message}`);
  process.exit(1);
}

/**
 * Runs the program with another runtime: same arguments, same streams, same ending.
 * @param {string} binary
 * @param {string} program
 */
function runWith(binary, program) {
  const args = [...runtimeFlags, program, ...process.argv.slice(2)];
  const child = spawn(binary, args, { stdio: 'inherit' });
  const atTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      // A terminal's Ctrl-C reaches the program by itself; passed on, it would count as a second.
      if (signal !== 'SIGINT' || !atTerminal) child.kill(signal);
    });
  }
  child.on('error', (error) => fail(`cannot run ${binary}: ${error.message}; ${advice()}`));
  child.on('exit', (code, signal) => {
    process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
  });
}

/** What to do about a runtime that is too old. */
function advice() {
  return `install Node.js ${oldestRuntime.major}.${oldestRuntime.minor} or later`;
}

const program = findProgram();
const bundled = findBundledRuntime();
if (program === undefined) {
  fail('neither src/main.ts nor dist/main.js is there; install the package again');
} else if (isNewEnough(process.versions.node)) {
  await import(pathToFileURL(program).href);
} else if (bundled !== undefined) {
  runWith(bundled, program);
} else {
  fail(`this is Node.js ${process.versions.node}; ${advice()}`);
}
