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

/** Makes a certificate of localhost that vouches for itself. */
export function makeCertificate(folder: string, name: string): PairOfFiles {
  const pair = { cert: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
  const kind = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2';
  const names = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const files = ['-keyout', pair.key, '-out', pair.cert];
  execFileSync('openssl', [...kind.split(' '), ...names, ...files], { stdio: 'ignore' });
  return pair;
}
