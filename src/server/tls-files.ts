import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { Server } from 'node:http';
import { createSecureContext } from 'node:tls';
import { limits } from '../kernel/limits.ts';
import type { Log } from '../kernel/log.ts';

/** Where certificate and key are. */
export interface TlsPaths {
  readonly cert: string;
  readonly key: string;
}

/** A certificate, with those that vouch for it, and its key. */
export interface TlsPair {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** A pair that cannot be used; the message says which file and why. */
export class TlsFileError extends Error {}

/** Certificate and key from PEM files, read anew when they change. */
export class TlsFiles {
  readonly #paths: TlsPaths;
  readonly #log: Log;
  readonly #servers: Server[] = [];
  #pair: TlsPair;
  #seen: string;
  #timer: NodeJS.Timeout | undefined;
  /** When the certificate in use ends, in epoch milliseconds. */
  expiresAt: number;
  /** Whether the files have changed to what cannot be used. */
  lastReloadFailed = false;

  /** Reads the files; throws TlsFileError when they cannot be used. */
  constructor(paths: TlsPaths, log: Log) {
    this.#paths = paths;
    this.#log = log;
    this.#seen = this.#look();
    ({ pair: this.#pair, expiresAt: this.expiresAt } = this.#read());
  }

  /** The pair that new connections get. */
  get current(): TlsPair {
    return this.#pair;
  }

  /** Gives a server every later pair; connections that are open keep theirs. */
  use(server: Server): void {
    this.#servers.push(server);
  }

  /** Looks at the files again and again: certificates are renewed by renaming. */
  watch(): void {
    this.#timer = setInterval(() => this.check(), limits.certificateCheckSeconds * 1000);
    this.#timer.unref();
  }

  /** Stops looking. */
  close(): void {
    clearInterval(this.#timer);
  }

  /** Takes the files if they have changed since they were read last. */
  check(): void {
    if (this.#look() !== this.#seen) this.reload();
  }

  /** Takes the files as they are now; a pair that cannot be used leaves the old one in place. */
  reload(): void {
    // Looked at first: what changes while it is read is read again.
    this.#seen = this.#look();
    try {
      const { pair, expiresAt } = this.#read();
      for (const server of this.#servers) setPair(server, pair);
      this.#pair = pair;
      this.expiresAt = expiresAt;
      this.lastReloadFailed = false;
      const expires = new Date(expiresAt).toISOString();
      this.#log.warn({ cert: this.#paths.cert, expires }, 'certificate taken');
    } catch (error) {
      this.lastReloadFailed = true;
      this.#log.error({ problem: (error as Error).message }, 'the old certificate stays in use');
    }
  }

  /** What tells a file from the one that was there before. */
  #look(): string {
    const { cert, key } = this.#paths;
    return [cert, key].map(fileMark).join();
  }

  #read(): { pair: TlsPair; expiresAt: number } {
    const { cert: certPath, key: keyPath } = this.#paths;
    const pair = { cert: readPem(certPath), key: readPem(keyPath) };
    const certificate = parseCertificate(pair.cert, certPath);
    try {
      createSecureContext(pair);
    } catch (error) {
      throw new TlsFileError(keyProblem(error as NodeJS.ErrnoException, this.#paths), {
        cause: error,
      });
    }
    const expiresAt = certificate.validToDate.getTime();
    if (isOpenToOthers(keyPath)) {
      this.#log.warn({ key: keyPath }, 'every user of this machine can read the key of TLS');
    }
    if (expiresAt < Date.now()) this.#log.error({ cert: certPath }, 'the certificate has expired');
    return { pair, expiresAt };
  }
}

function setPair(server: Server, pair: TlsPair): void {
  (server as Server & { setSecureContext(pair: TlsPair): void }).setSecureContext(pair);
}

function fileMark(path: string): string {
  const { ino = 0, size = 0, mtimeMs = 0 } = statSync(path, { throwIfNoEntry: false }) ?? {};
  return `${ino}:${size}:${mtimeMs}`;
}

function readPem(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new TlsFileError(`${path} cannot be read: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}

function parseCertificate(pem: Buffer, path: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    throw new TlsFileError(`${path} holds no certificate in PEM form.`, { cause: error });
  }
}

function keyProblem(
  { code = '', message }: NodeJS.ErrnoException,
  { cert, key }: TlsPaths,
): string {
  if (code.includes('KEY_VALUES_MISMATCH')) return `${key} is not the key of ${cert}.`;
  if (/passphrase|password/i.test(message)) {
    return `${key} is encrypted; a key without a passphrase is needed.`;
  }
  if (/PEM|DECODER|no start line|unsupported/i.test(`${code} ${message}`)) {
    return `${key} holds no private key in PEM form.`;
  }
  return `${cert} and ${key} cannot be used: ${message}.`;
}

const readByOthers = 0o004;

function isOpenToOthers(path: string): boolean {
  return process.platform !== 'win32' && (statSync(path).mode & readByOthers) !== 0;
}
