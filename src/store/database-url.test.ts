import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { DatabaseUrlError, displayDatabaseUrl, parseDatabaseUrl } from './database-url.ts';

const postgres = {
  kind: 'postgres',
  hosts: [{ host: 'localhost', port: 5432 }],
  database: 'imprimatur',
  user: undefined,
  password: undefined,
  sslMode: 'prefer',
  sslRootCert: undefined,
  applicationName: 'imprimatur',
};

const good: [text: string, parsed: unknown][] = [
  ['sqlite:data/one.db', { kind: 'sqlite', path: resolve('data/one.db') }],
  ['sqlite:///var/one.db', { kind: 'sqlite', path: '/var/one.db' }],
  ['sqlite::memory:', { kind: 'sqlite', path: ':memory:' }],
  ['postgres://', postgres],
  ['postgresql://localhost:5432/imprimatur', postgres],
  [
    'postgres://us%40er:p%2Fw@a:1,[::1]:2,c/d%20b?target_session_attrs=read-write&sslmode=verify-full&sslrootcert=/ca.pem',
    {
      ...postgres,
      hosts: [
        { host: 'a', port: 1 },
        { host: '::1', port: 2 },
        { host: 'c', port: 5432 },
      ],
      database: 'd b',
      user: 'us@er',
      password: 'p/w',
      sslMode: 'verify-full',
      sslRootCert: '/ca.pem',
    },
  ],
  [
    'postgres:///models?host=/var/run/postgresql&port=5433',
    { ...postgres, hosts: [{ host: '/var/run/postgresql', port: 5433 }], database: 'models' },
  ],
];
for (const [text, parsed] of good) {
  test(`${text} is understood`, () => assert.deepEqual(parseDatabaseUrl(text), parsed));
}

const bad: [text: string, message: RegExp][] = [
  ['', /looks like sqlite:<file> or postgres:/],
  ['mysql://localhost/models', /looks like/],
  ['sqlite:', /names a file/],
  ['postgres://a b/models', /host/],
  ['postgres://a:0/models', /port/],
  ['postgres://a:70000/models', /port/],
  ['postgres://u:se%cret@a/models', /password .* '%'/],
  ['postgres://a/models?sslmode=maybe', /sslmode can be disable, prefer/],
  ['postgres://a/models?sslmood=require', /unknown option 'sslmood'; there are host/],
  ['postgres://a/models?target_session_attrs=standby', /read-write/],
];
for (const [text, message] of bad) {
  test(`'${text}' is refused, and no password is repeated`, () => {
    assert.throws(
      () => parseDatabaseUrl(text),
      (error) => {
        assert.ok(error instanceof DatabaseUrlError);
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /se%cret/);
        return true;
      },
    );
  });
}

test('what people see of a URL has neither user nor password', () => {
  const text = 'postgres://user:secret@a:1,[::1]/models?sslmode=require';
  assert.equal(displayDatabaseUrl(text), 'postgres://a:1,[::1]:5432/models');
  assert.equal(displayDatabaseUrl('sqlite:/x/y.db'), 'sqlite:/x/y.db');
});
