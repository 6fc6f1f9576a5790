import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { DatabaseUrl, PostgresHost } from './database-url.ts';
import { DatabaseUrlError } from './database-url.ts';
import { sqlState } from './postgres-error.ts';

type PostgresUrl = Extract<DatabaseUrl, { kind: 'postgres' }>;

/** A host as it is tried: `prefer` tries each with encryption and then without. */
export interface Candidate extends PostgresHost {
  readonly ssl: ConnectionOptions | false;
  /** Whether the same host follows without encryption. */
  readonly hasPlainTwin: boolean;
}

/** The ways to reach a database, in the order in which they are tried. */
export function candidates(url: PostgresUrl): Candidate[] {
  return url.hosts.flatMap((host) => {
    const plain = { ...host, ssl: false as const, hasPlainTwin: false };
    if (host.host.startsWith('/') || url.sslMode === 'disable') return plain;
    const hasPlainTwin = url.sslMode === 'prefer';
    const encrypted = { ...host, ssl: tlsOptions(url, host.host), hasPlainTwin };
    return hasPlainTwin ? [encrypted, plain] : encrypted;
  });
}

/** Authentication failed before a password was asked for: pg_hba.conf wants no encryption. */
const invalidAuthorization = '28000';

/** Whether a host answered, but would not have an encrypted connection. */
export function refusesEncryption(error: unknown): boolean {
  if (sqlState(error) === invalidAuthorization) return true;
  const { message, code } = error as NodeJS.ErrnoException;
  return /\bSSL connection/u.test(message) || /^ERR_(SSL|TLS)_/u.test(code ?? '');
}

function tlsOptions({ sslMode, sslRootCert }: PostgresUrl, host: string): ConnectionOptions {
  const ca = sslRootCert === undefined ? {} : { ca: readAuthority(sslRootCert) };
  switch (sslMode) {
    case 'verify-full':
      return isIP(host) === 0 ? { ...ca, servername: host } : { ...ca, host };
    case 'verify-ca':
      return { ...ca, checkServerIdentity: () => undefined };
    default:
      return { rejectUnauthorized: false };
  }
}

function readAuthority(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new DatabaseUrlError(`The database URL's sslrootcert: ${(error as Error).message}`);
  }
}
