import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { settingOf, settings } from './config-settings.ts';
import { ConfigError, parseSetting } from './config-values.ts';
import type { Setting } from './config-values.ts';
import { readTraceSettings } from './config-traces.ts';
import type { TraceSettings } from './config-traces.ts';
import type { LogLevel } from './kernel/log.ts';
import { noteKeyBytes } from './domain/sealing/note-key.ts';
import { encryptionKeyBytes } from './kernel/secret-box.ts';
import type { ConnectionLimits } from './server/connections.ts';
import type { Rate } from './server/token-buckets.ts';
import type { EventRetention } from './workers/sweep-events.ts';
import type { ReadRecordSettings } from './workers/record-reads.ts';
import type { AddressRanges } from './workers/targets/address-ranges.ts';
import type { TlsPaths } from './server/tls-files.ts';
import { parseDatabaseUrl } from './store/database-url.ts';

// Whoever needs the configuration imports this file alone.
export { ConfigError, settings };

/** An access key given from outside. */
export interface GivenAccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** How a server runs: read once, checked, frozen. */
export interface Config {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  /** Where facts are kept: `sqlite:<path>` or `postgres://…` (may hold a password). */
  readonly database: string;
  readonly accountId: string;
  readonly partition: string;
  readonly regions: 'any' | readonly string[];
  readonly strictAws: boolean;
  readonly corsOrigins: readonly string[];
  readonly clockWindowSeconds: number;
  readonly validationProfileStatus: 'NotStarted' | 'Completed';
  /** Whether each request is logged. */
  readonly accessLog: boolean;
  readonly logLevel: LogLevel;
  /** The operators' own port; without one, they ask on that of the API. */
  readonly operationsPort: number | undefined;
  readonly operationsHost: string;
  /** Certificate and key, as PEM files; without them HTTP is spoken. */
  readonly tls: TlsPaths | undefined;
  readonly connections: ConnectionLimits;
  /** What one principal may call. */
  readonly rates: { readonly all: Rate; readonly writes: Rate };
  /** Which reads are recorded, and for how long. */
  readonly reads: ReadRecordSettings;
  /** How long the journal is kept at least; for ever when undefined. */
  readonly journalRetentionDays: number | undefined;
  /** Where events may go besides public addresses. */
  readonly allowedTargetAddresses: AddressRanges;
  /** How long events and their deliveries are kept. */
  readonly events: EventRetention;
  /** How long a stopping server still serves, not ready any more. */
  readonly drainSeconds: number;
  /** Where traces go; nowhere when undefined. */
  readonly traces: TraceSettings | undefined;
  readonly rootAccessKey: GivenAccessKey | undefined;
  /** What secrets are encrypted under, the first for new ones; none for the data folder's own. */
  readonly encryptionKeys: readonly Buffer[];
  /** What checkpoints are signed by, the first from now on; none for the data folder's own. */
  readonly signingKeys: readonly Buffer[];
}

/** The database's name in the data folder, where no other is configured. */
export const databaseFileName = 'imprimatur.db';

/** Values by setting key, as given by flags: text, or true for a switch. */
export type Flags = Readonly<Record<string, string | boolean | undefined>>;

/**
 * Reads the configuration from flags, then the environment, then the file that `--config` or
 * IMPRIMATUR_CONFIG names; the first that has a value wins. Throws ConfigError.
 */
export function readConfig(flags: Flags, environment = process.env): Config {
  const file = flags['config'] ?? environment['IMPRIMATUR_CONFIG'];
  const fromFile =
    typeof file === 'string' && file !== '' ? readFile(file) : new Map<string, string>();
  const read = <T>(of: Setting<T>): T => {
    const given = flags[of.key] ?? environment[of.env] ?? fromFile.get(of.key);
    return given === undefined ? of.fallback : parseSetting(of, String(given));
  };
  const folder = resolve(read(settingOf.dataDir));
  const config: Config = {
    host: read(settingOf.host),
    port: read(settingOf.port),
    dataDir: folder,
    database:
      read(settingOf.database) ||
      readDatabaseUrl(environment) ||
      `sqlite:${join(folder, databaseFileName)}`,
    accountId: read(settingOf.accountId),
    partition: read(settingOf.partition),
    regions: read(settingOf.regions),
    strictAws: read(settingOf.strictAws),
    corsOrigins: read(settingOf.corsOrigins),
    clockWindowSeconds: read(settingOf.clockWindowSeconds),
    validationProfileStatus: read(settingOf.validationProfileStatus),
    accessLog: read(settingOf.accessLog),
    logLevel: read(settingOf.logLevel),
    operationsPort: read(settingOf.operationsPort),
    operationsHost: read(settingOf.operationsHost),
    tls: pairOfFiles(read(settingOf.tlsCert), read(settingOf.tlsKey)),
    connections: {
      max: read(settingOf.maxConnections),
      maxPerSource: read(settingOf.maxConnectionsPerSource),
    },
    rates: {
      all: rate(read(settingOf.rateLimit), read(settingOf.rateLimitBurst)),
      writes: rate(read(settingOf.writeRateLimit), read(settingOf.writeRateLimitBurst)),
    },
    reads: {
      samplingRate: read(settingOf.recordReads),
      days: read(settingOf.readRetentionDays),
    },
    journalRetentionDays: read(settingOf.journalRetentionDays),
    allowedTargetAddresses: read(settingOf.allowedTargetAddresses),
    events: {
      eventDays: read(settingOf.eventRetentionDays),
      deliveryDays: read(settingOf.deliveryRetentionDays),
    },
    drainSeconds: read(settingOf.drainSeconds),
    traces: readTraceSettings(environment),
    rootAccessKey: givenAccessKey(environment),
    encryptionKeys: givenKeys(environment, 'IMPRIMATUR_ENCRYPTION_KEY', encryptionKeyBytes),
    signingKeys: givenKeys(environment, 'IMPRIMATUR_SIGNING_KEY', noteKeyBytes),
  };
  refuseWeakSecret(config);
  refuseSharedPort(config);
  return Object.freeze(config);
}

/** Whether an address can be reached from this machine only. */
export function isLoopback(address: string): boolean {
  if (address === 'localhost' || address === '::1') return true;
  return isIP(address) === 4 && address.startsWith('127.');
}

function pairOfFiles(cert: string | undefined, key: string | undefined): TlsPaths | undefined {
  if (cert === undefined && key === undefined) return undefined;
  if (cert !== undefined && key !== undefined) return { cert: resolve(cert), key: resolve(key) };
  throw new ConfigError('--tls-cert and --tls-key go together.');
}

function rate(perSecond: number, burst = 2 * perSecond): Rate {
  return { perSecond, burst };
}

/** The file's settings as text, a list as flags spell one. */
function readFile(path: string): Map<string, string> {
  let content: unknown;
  try {
    content = parseYaml(readFileSync(path, 'utf8')) ?? {};
  } catch (error) {
    throw new ConfigError(`The configuration file ${path}: ${(error as Error).message}`);
  }
  if (typeof content !== 'object' || Array.isArray(content)) {
    throw new ConfigError(`The configuration file ${path} must hold settings as "name: value".`);
  }
  const keys = settings.map((of) => of.key);
  const unknown = Object.keys(content as object).find((key) => !keys.includes(key));
  if (unknown !== undefined) {
    throw new ConfigError(
      `The configuration file ${path} has an unknown setting '${unknown}'; ` +
        `there are ${keys.join(', ')}.`,
    );
  }
  return new Map(
    Object.entries(content as Record<string, unknown>).map(([key, value]) => [
      key,
      Array.isArray(value) ? value.join(',') : textOf(value),
    ]),
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The URL in the variable that hosting platforms set; ours, a flag and the file come before it. */
function readDatabaseUrl({ DATABASE_URL: text }: NodeJS.ProcessEnv): string {
  if (!text) return '';
  try {
    parseDatabaseUrl(text);
    return text;
  } catch (error) {
    throw new ConfigError(`DATABASE_URL must be a database URL. ${(error as Error).message}`);
  }
}

function givenAccessKey(environment: NodeJS.ProcessEnv): GivenAccessKey | undefined {
  const accessKeyId = environment['IMPRIMATUR_ROOT_ACCESS_KEY_ID'];
  const secretAccessKey = environment['IMPRIMATUR_ROOT_SECRET_ACCESS_KEY'];
  if (!accessKeyId && !secretAccessKey) return undefined;
  if (!accessKeyId || !secretAccessKey) {
    throw new ConfigError(
      'IMPRIMATUR_ROOT_ACCESS_KEY_ID and IMPRIMATUR_ROOT_SECRET_ACCESS_KEY go together.',
    );
  }
  if (!/^\w{3,128}$/.test(accessKeyId)) {
    throw new ConfigError(
      'IMPRIMATUR_ROOT_ACCESS_KEY_ID must be 3 to 128 letters, digits and underscores.',
    );
  }
  if (/[\s\p{Cc}]/u.test(secretAccessKey)) {
    throw new ConfigError('IMPRIMATUR_ROOT_SECRET_ACCESS_KEY may hold no white space.');
  }
  return { accessKeyId, secretAccessKey };
}

/** Keys of a variable, in base64 and with commas between them. */
function givenKeys(environment: NodeJS.ProcessEnv, name: string, length: number): Buffer[] {
  return (environment[name] ?? '')
    .split(',')
    .filter((key) => key.trim() !== '')
    .map((key) => {
      const bytes = Buffer.from(key.trim(), 'base64');
      if (/^[A-Za-z0-9+/]+=*$/.test(key.trim()) && bytes.length === length) return bytes;
      throw new ConfigError(
        `${name} must be ${length} random bytes in base64, ` +
          'or several such keys with commas between them.',
      );
    });
}

const secretCharactersMin = 16;

/** A short secret is the developer's own affair on loopback, and nobody's beyond it. */
function refuseWeakSecret({ host: address, rootAccessKey }: Config): void {
  if (isLoopback(address) || !rootAccessKey) return;
  if (rootAccessKey.secretAccessKey.length >= secretCharactersMin) return;
  throw new ConfigError(
    `IMPRIMATUR_ROOT_SECRET_ACCESS_KEY must have ${secretCharactersMin} characters or more ` +
      `when listening on ${address}.`,
  );
}

function refuseSharedPort({ port, operationsPort }: Config): void {
  if (port === 0 || port !== operationsPort) return;
  throw new ConfigError(`--operations-port must be another port than --port, not ${port} too.`);
}
