/** Certificates for tests, made by openssl, as Node.js cannot make any. */
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Why tests with certificates are skipped, or false; an option of `test`. */
export const withoutOpenssl =
  spawnSync('openssl', ['version']).status === 0
    ? false
    : 'certificates cannot be made: openssl is not there';

/** Where the halves of a pair are. */
export interface PairOfFiles {
  readonly cert: string;
  readonly key: string;
}

/** Whom a certificate is for, and since or until when it holds. */
interface CertificateTraits {
  readonly names?: string;
  /** A negative number for one that has expired. */
  readonly days?: number;
}

/** Makes a certificate, of localhost unless said otherwise, that vouches for itself. */
export function makeCertificate(
  folder: string,
  name: string,
  { names = 'DNS:localhost,IP:127.0.0.1', days = 2 }: CertificateTraits = {},
): PairOfFiles {
  const pair = { cert: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
  const request = join(folder, `${name}.csr`);
  const kind = 'req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes';
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${names}`];
  openssl(...kind.split(' '), ...subject, '-keyout', pair.key, '-out', request);
  const sign = ['x509', '-req', '-in', request, '-signkey', pair.key, '-copy_extensions', 'copy'];
  openssl(...sign, '-days', String(days), '-out', pair.cert);
  return pair;
}

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { stdio: 'ignore' });
}
