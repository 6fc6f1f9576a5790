import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { ConfigError, isLoopback, readConfig, settings } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'imprimatur-config-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function file(text: string): string {
  const path = join(folder, 'imprimatur.yaml');
  writeFileSync(path, text);
  return path;
}

test('without anything given the registry listens on loopback, on port 9700', () => {
  const config = readConfig({}, {});
  assert.equal(config.host, '127.0.0.1');
  assert.equal(config.port, 9700);
  assert.equal(config.dataDir, resolve('imprimatur-data'));
  assert.equal(config.database, `sqlite:${resolve('imprimatur-data/imprimatur.db')}`);
  assert.equal(config.accountId, '123456789012');
  assert.equal(config.regions, 'any');
  assert.equal(config.strictAws, false);
  assert.deepEqual(config.corsOrigins, []);
  assert.equal(config.clockWindowSeconds, 900);
  assert.equal(config.rootAccessKey, undefined);
  assert.ok(Object.isFrozen(config));
});

test('a flag wins over the environment, which wins over the file', () => {
  const config = file('port: 1\nregions: [eu-west-1, us-east-1]\nstrictAws: true\n');
  assert.equal(readConfig({ config }, {}).port, 1);
  assert.equal(readConfig({}, { IMPRIMATUR_CONFIG: config }).port, 1);
  assert.equal(readConfig({ config }, { IMPRIMATUR_PORT: '2' }).port, 2);
  assert.equal(readConfig({ config, port: '3' }, { IMPRIMATUR_PORT: '2' }).port, 3);
  assert.deepEqual(readConfig({ config }, {}).regions, ['eu-west-1', 'us-east-1']);
  assert.equal(readConfig({ config }, {}).strictAws, true);
  assert.equal(readConfig({ config }, { IMPRIMATUR_STRICT_AWS: 'false' }).strictAws, false);
});

test('DATABASE_URL names the database where nothing of ours does', () => {
  const DATABASE_URL = 'postgres://a/models';
  assert.equal(readConfig({}, { DATABASE_URL }).database, DATABASE_URL);
  const own = { DATABASE_URL, IMPRIMATUR_DATABASE: 'sqlite:/x.db' };
  assert.equal(readConfig({}, own).database, 'sqlite:/x.db');
  assert.throws(
    () => readConfig({}, { DATABASE_URL: 'mysql://me:secret@host' }),
    (error) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.message, /^DATABASE_URL must be a database URL/);
      assert.doesNotMatch(error.message, /secret/);
      return true;
    },
  );
});

const wrong: [key: string, value: string, message: RegExp][] = [
  ['recordReads', '1.1', /--record-reads .* must be a number from 0 to 1, or "off", not '1\.1'/],
  ['recordReads', '1e-3', /a number from 0 to 1/],
  ['recordReads', 'on', /a number from 0 to 1/],
  ['readRetentionDays', '0', /a whole number from 1 to 36500/],
  ['journalRetentionDays', '182', /a whole number from 183 to 36500/],
  [
    'port',
    '70000',
    /--port \(IMPRIMATUR_PORT, or port in the file\) must be a whole number from 0/,
  ],
  ['port', 'x', /must be a whole number from 0 to 65535, not 'x'/],
  ['accountId', '123', /--account-id .* must be 12 digits, not '123'/],
  ['regions', 'EU West', /must be "any" or names such as/],
  ['strictAws', 'maybe', /--strict-aws .* must be true or false/],
  ['logLevel', 'loud', /must be silent, error, warn, info, debug/],
  ['partition', 'gcp', /must be a partition/],
  ['clockWindowSeconds', '0', /must be a whole number from 1/],
  ['validationProfileStatus', 'Done', /must be NotStarted or Completed/],
  ['dataDir', '', /must be a folder/],
  ['host', '', /must be an address/],
  [
    'database',
    'mysql://me:secret@host',
    /--database .* must be a database URL. A database URL looks/,
  ],
];
for (const [key, value, message] of wrong) {
  test(`${key} '${value}' is refused with what it may be`, () => {
    assert.throws(() => readConfig({ [key]: value }, {}), message);
  });
}

test('a file with an unknown setting, no settings or no YAML is refused', () => {
  assert.throws(() => readConfig({ config: file('prot: 1') }, {}), /unknown setting 'prot'/);
  assert.throws(() => readConfig({ config: file('- 1') }, {}), /must hold settings/);
  assert.throws(() => readConfig({ config: file('{') }, {}), ConfigError);
  assert.throws(() => readConfig({ config: join(folder, 'none') }, {}), /ENOENT/);
});

test('an empty file is a file without settings', () => {
  assert.equal(readConfig({ config: file('') }, {}).port, 9700);
});

test('a root access key is taken from the environment, both halves or none', () => {
  const id = { IMPRIMATUR_ROOT_ACCESS_KEY_ID: 'AKIAEXAMPLE' };
  const secret = { IMPRIMATUR_ROOT_SECRET_ACCESS_KEY: 'sixteen-or-longer' };
  assert.deepEqual(readConfig({}, { ...id, ...secret }).rootAccessKey, {
    accessKeyId: 'AKIAEXAMPLE',
    secretAccessKey: 'sixteen-or-longer',
  });
  assert.throws(() => readConfig({}, id), /go together/);
  assert.throws(() => readConfig({}, secret), /go together/);
});

test('beyond loopback a short secret is refused', () => {
  const environment = {
    IMPRIMATUR_ROOT_ACCESS_KEY_ID: 'AKIAEXAMPLE',
    IMPRIMATUR_ROOT_SECRET_ACCESS_KEY: 'short',
  };
  assert.ok(readConfig({}, environment));
  assert.throws(() => readConfig({ host: '0.0.0.0' }, environment), /16 characters or more/);
});

test('no message repeats a secret', () => {
  const environment = {
    IMPRIMATUR_ROOT_ACCESS_KEY_ID: 'AKIAEXAMPLE',
    IMPRIMATUR_ROOT_SECRET_ACCESS_KEY: 'a secret',
  };
  assert.throws(
    () => readConfig({}, environment),
    (error: Error) => !error.message.includes('a secret') && /white space/.test(error.message),
  );
});

test('certificate and key go together, and their paths are whole', () => {
  assert.equal(readConfig({}, {}).tls, undefined);
  assert.deepEqual(readConfig({ tlsCert: 'c.pem', tlsKey: 'k.pem' }, {}).tls, {
    cert: resolve('c.pem'),
    key: resolve('k.pem'),
  });
  assert.throws(() => readConfig({ tlsCert: 'c.pem' }, {}), /--tls-cert and --tls-key go together/);
  assert.throws(() => readConfig({ tlsKey: 'k.pem' }, {}), ConfigError);
});

test('each read is recorded and kept for 90 days unless less is wanted', () => {
  assert.deepEqual(readConfig({}, {}).reads, { samplingRate: 1, days: 90 });
  const rates = { off: 0, '0': 0, '.25': 0.25, '0.1': 0.1, '1': 1, '1.0': 1 };
  for (const [recordReads, samplingRate] of Object.entries(rates)) {
    assert.equal(readConfig({ recordReads }, {}).reads.samplingRate, samplingRate);
  }
  assert.equal(readConfig({ config: file('recordReads: 0.5\n') }, {}).reads.samplingRate, 0.5);
  assert.equal(readConfig({}, { IMPRIMATUR_READ_RETENTION_DAYS: '7' }).reads.days, 7);
});

test('nobody is throttled unless asked for, and a burst is twice the rate', () => {
  const none = { perSecond: 0, burst: 0 };
  assert.deepEqual(readConfig({}, {}).rates, { all: none, writes: none });
  const flags = { rateLimit: '50', writeRateLimit: '5', writeRateLimitBurst: '7' };
  assert.deepEqual(readConfig(flags, {}).rates, {
    all: { perSecond: 50, burst: 100 },
    writes: { perSecond: 5, burst: 7 },
  });
});

test('the operations port is off, on loopback, and never that of the API', () => {
  assert.equal(readConfig({}, {}).operationsPort, undefined);
  assert.equal(readConfig({}, {}).operationsHost, '127.0.0.1');
  assert.throws(
    () => readConfig({ port: '9700', operationsPort: '9700' }, {}),
    /--operations-port must be another port than --port, not 9700 too/,
  );
  assert.equal(readConfig({ port: '0', operationsPort: '0' }, {}).operationsPort, 0);
});

test('loopback is this machine alone', () => {
  for (const address of ['127.0.0.1', '127.8.8.8', '::1', 'localhost'])
    assert.ok(isLoopback(address));
  for (const address of ['0.0.0.0', '::', '10.0.0.1', '127.evil.example', 'example.com']) {
    assert.ok(!isLoopback(address), address);
  }
});

test('every setting has a flag and an environment variable of its name', () => {
  const dataDir = settings.find((setting) => setting.key === 'dataDir');
  assert.deepEqual([dataDir?.flag, dataDir?.env], ['--data-dir', 'IMPRIMATUR_DATA_DIR']);
});
