import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sql } from 'kysely';
import { PostgresServer } from '../../tests/support/postgres-server.ts';
import { testDatabaseKind } from '../../tests/support/test-database.ts';
import { openDatabase } from './open-database.ts';

/** An authority of its own and a certificate for 127.0.0.1, as openssl makes them. */
function makeCertificates(folder: string): { key: string; certificate: string } {
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...newKey, '-subj', '/CN=Test', '-keyout', 'ca.key', '-out', 'ca.pem');
  openssl(
    ...['req', '-x509', ...newKey, '-subj', '/CN=db', '-keyout', 'db.key', '-out', 'db.pem'],
    ...['-CA', 'ca.pem', '-CAkey', 'ca.key', '-addext', 'subjectAltName=IP:127.0.0.1'],
    ...['-addext', 'basicConstraints=critical,CA:FALSE'],
  );
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  return { key: read('db.key'), certificate: read('db.pem') };
}

if (testDatabaseKind === 'postgres') {
  describe('encryption on the way to PostgreSQL', () => {
    const folder = mkdtempSync(join(tmpdir(), 'imprimatur-tls-'));
    const ca = `sslrootcert=${join(folder, 'ca.pem')}`;
    let server: PostgresServer;

    before(async () => {
      const { key, certificate } = makeCertificates(folder);
      server = await PostgresServer.start();
      server.write('server.key', key);
      server.write('server.crt', certificate);
    });
    after(async () => {
      await server.remove();
      rmSync(folder, { recursive: true });
    });

    /** Whether a session by a URL with these options is encrypted. */
    async function isEncrypted(options: string, host = '127.0.0.1'): Promise<boolean> {
      const url = server.url().replace('127.0.0.1', host);
      const database = await openDatabase(`${url}?${options}`);
      const query = sql<{ ssl: boolean }>`
        select ssl from pg_stat_ssl where pid = pg_backend_pid()`;
      try {
        const [row] = await database.read((tx) =>
          tx.rows({ compile: () => query.compile(tx.sql) }),
        );
        return row!.ssl;
      } finally {
        await database.close();
      }
    }

    test('a server without encryption serves who prefers it, and nobody who requires it', async () => {
      assert.equal(await isEncrypted('sslmode=prefer'), false);
      for (const mode of ['require', 'verify-ca', 'verify-full']) {
        await assert.rejects(isEncrypted(`sslmode=${mode}`), /does not support SSL/);
      }
    });

    test('a server with it is talked to as the mode says', async () => {
      server.set({ ssl: 'on' });
      await server.stop();
      await server.run();
      assert.equal(await isEncrypted('sslmode=disable'), false);
      assert.equal(await isEncrypted(''), true, 'prefer is the default');
      assert.equal(await isEncrypted('sslmode=require'), true);
      assert.equal(await isEncrypted(`sslmode=verify-ca&${ca}`), true);
      assert.equal(await isEncrypted(`sslmode=verify-full&${ca}`), true);
    });

    test('a certificate that nobody vouches for, or of another host, is refused', async () => {
      await assert.rejects(isEncrypted('sslmode=verify-full'), /certificate/);
      await assert.rejects(isEncrypted(`sslmode=verify-full&${ca}`, 'localhost'), /altnames/);
      assert.equal(await isEncrypted(`sslmode=verify-ca&${ca}`, 'localhost'), true);
      await assert.rejects(
        isEncrypted('sslmode=verify-full&sslrootcert=/nowhere/ca.pem'),
        /sslrootcert: ENOENT/,
      );
    });
  });
}
