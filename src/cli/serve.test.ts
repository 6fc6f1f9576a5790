import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { readConfig, settings } from '../config.ts';
import { Failure } from './failure.ts';
import { parseServeOptions } from './serve-options.ts';
import { explainStartFailure } from './start-failure.ts';
import { runCli, testFolder } from './testing.ts';

describe('serve', () => {
  test('help tells every setting with its variable and default', async () => {
    const { code, out } = await runCli(['serve', '--help']);
    assert.equal(code, 0);
    for (const { flag, env } of settings) {
      assert.ok(out.includes(`  ${flag}`), flag);
      assert.ok(out.includes(`      ${env}`), env);
    }
    assert.match(out, /--port <number>\n.*\n {6}IMPRIMATUR_PORT; default 9700\n/);
  });

  test('every setting is a flag', () => {
    const flags = parseServeOptions([
      '--port',
      '0',
      '--data-dir=/d',
      '--strict-aws',
      '--config',
      'f',
    ]);
    assert.notEqual(flags, 'help');
    const given = Object.entries(flags).filter(([, value]) => value !== undefined);
    assert.deepEqual(Object.fromEntries(given), {
      port: '0',
      dataDir: '/d',
      strictAws: true,
      config: 'f',
    });
    const off = parseServeOptions(['--no-strict-aws']);
    assert.equal(off !== 'help' && off['strictAws'], false);
  });

  test('slips are told in a line, and with the usage', async () => {
    const slips: [string[], RegExp][] = [
      [['--prt', '1'], /^imprimatur: Unknown option '--prt' \(Did you mean --port\?\)\nUsage: /],
      [['--port'], /^imprimatur: Option '--port <value>' argument missing\nUsage: /],
      [['now'], /^imprimatur: Unexpected argument 'now'\nUsage: /],
      [['--port', 'x'], /^imprimatur: --port \(IMPRIMATUR_PORT, .*\) must be .* not 'x'\.\n$/],
    ];
    for (const [args, message] of slips) {
      const { code, error } = await runCli(['serve', ...args]);
      assert.match(error, message);
      assert.equal(code, 2);
    }
  });

  test('a taken port is named', async (t) => {
    const other = createServer().listen(0, '127.0.0.1');
    t.after(() => other.close());
    await once(other, 'listening');
    const port = `${(other.address() as AddressInfo).port}`;
    const { code, error } = await runCli(['serve', '--port', port, '--data-dir', testFolder(t)]);
    assert.equal(
      error,
      `imprimatur: Port ${port} of 127.0.0.1 is taken. Choose another with --port; --port 0 takes ` +
        'any that is free.\n',
    );
    assert.equal(code, 1);
  });

  test('so is a taken operations port, and nothing listens then', async (t) => {
    const other = createServer().listen(0, '127.0.0.1');
    t.after(() => other.close());
    await once(other, 'listening');
    const port = `${(other.address() as AddressInfo).port}`;
    const args = ['serve', '--port', '0', '--operations-port', port, '--data-dir', testFolder(t)];
    const { code, error } = await runCli(args);
    assert.equal(
      error,
      `imprimatur: Port ${port} of 127.0.0.1 is taken. Choose another with --operations-port; ` +
        '--operations-port 0 takes any that is free.\n',
    );
    assert.equal(code, 1);
  });

  test('files of a certificate that cannot be used are named', async (t) => {
    const folder = testFolder(t);
    const cert = join(folder, 'none.crt');
    const tls = ['--tls-cert', cert, '--tls-key', join(folder, 'none.key')];
    const { code, error } = await runCli(['serve', '--port', '0', '--data-dir', folder, ...tls]);
    assert.match(
      error,
      /^imprimatur: TLS cannot be used: .*none\.crt cannot be read: ENOENT.*\.\n$/,
    );
    assert.equal(code, 1);
  });

  test('the address that cannot be listened on is told from the other', () => {
    const flags = {
      host: '10.0.0.1',
      port: '80',
      operationsHost: 'no.where',
      operationsPort: '81',
    };
    const config = readConfig(flags, {});
    const explained = (error: object): string =>
      (explainStartFailure(Object.assign(new Error('why'), error), config) as Error).message;
    const taken = { syscall: 'listen', code: 'EADDRINUSE' };
    assert.match(
      explained({ ...taken, port: 80 }),
      /^Port 80 of 10\.0\.0\.1 is taken\. .* --port;/,
    );
    assert.match(explained({ ...taken, port: 81 }), /^Port 81 of no\.where .* --operations-port;/);
    const unknown = { syscall: 'getaddrinfo', code: 'ENOTFOUND' };
    assert.match(explained({ ...unknown, hostname: 'no.where' }), /with --operations-host\.$/);
    assert.match(explained({ ...unknown, hostname: '10.0.0.1' }), /with --host\.$/);
  });

  test('a data folder that cannot be used is named', async (t) => {
    const folder = testFolder(t);
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const damaged = join(folder, 'damaged');
    mkdirSync(damaged);
    writeFileSync(join(damaged, 'imprimatur.db'), 'no database at all '.repeat(100));
    const keyless = join(folder, 'keyless');
    mkdirSync(keyless);
    writeFileSync(join(keyless, 'credentials'), '');
    const problems: [string, string][] = [
      [file, `The data folder ${file} cannot be used: ENOTDIR: not a directory`],
      [damaged, `The data folder ${damaged} cannot be used: imprimatur.db is no database.`],
      [keyless, `${keyless}/credentials holds no access key; remove it to have a new one made.`],
    ];
    for (const [dataDir, problem] of problems) {
      const { code, error } = await runCli(['serve', '--port', '0', '--data-dir', dataDir]);
      assert.ok(error.startsWith(`imprimatur: ${problem}`), error);
      assert.equal(error.split('\n').length, 2);
      assert.equal(code, 1);
    }
  });

  test('other reasons are told, and bugs are left as they are', () => {
    const config = readConfig({ host: '10.0.0.1', port: '80' }, {});
    const explained = (error: object): string =>
      (explainStartFailure(Object.assign(new Error('why'), error), config) as Error).message;
    assert.match(explained({ syscall: 'listen', code: 'EACCES' }), /^Port 80 may not be opened by/);
    assert.match(explained({ syscall: 'listen', code: 'EADDRNOTAVAIL' }), /^Cannot listen on 10\./);
    assert.match(
      explained({ code: 'EACCES' }),
      /cannot be used: why\. Choose another with --data-dir/,
    );
    assert.match(explained({ code: 'ERR_SQLITE_ERROR', errcode: 522 }), /the disk failed/);
    const bug = new TypeError('a bug');
    assert.equal(explainStartFailure(bug, config), bug);
    assert.ok(!(explainStartFailure(bug, config) instanceof Failure));
  });
});
