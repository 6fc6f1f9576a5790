import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { limits } from './kernel/limits.ts';
import { logLevels } from './kernel/log.ts';
import type { LogLevel } from './kernel/log.ts';
import { parseDatabaseUrl } from './store/database-url.ts';

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
  readonly logLevel: LogLevel;
  readonly rootAccessKey: GivenAccessKey | undefined;
}

/** The database's name in the data folder, where no other is configured. */
export const databaseFileName = 'imprimatur.db';

/** A configuration that cannot be used; the message says which setting and what it may be. */
export class ConfigError extends Error {}

interface Setting<T> {
  readonly key: string;
  readonly flag: string;
  readonly env: string;
  /** What stands for the value in `--help`; a switch has none. */
  readonly value?: string;
  readonly help: string;
  readonly fallback: T;
  /** Whether the value may hold a password, so that no message repeats it. */
  readonly isSecret?: true;
  parse(text: string): T;
}

const host = setting({
  key: 'host',
  value: '<address>',
  help: 'address to listen on; anything but loopback opens the registry to the network',
  fallback: '127.0.0.1',
  parse: (text) => (text === '' ? wrong('an address or a host name') : text),
});
const port = setting({
  key: 'port',
  value: '<number>',
  help: 'port to listen on; 0 takes any that is free',
  fallback: 9700,
  parse: (text) => integer(text, 0, 65_535),
});
const dataDir = setting({
  key: 'dataDir',
  value: '<folder>',
  help: 'folder of the database and the root access key',
  fallback: './imprimatur-data',
  parse: (text) => (text === '' ? wrong('a folder') : text),
});
const database = setting({
  key: 'database',
  value: '<url>',
  help: 'sqlite:<file> or postgres://<user>:<password>@<host>/<name>; DATABASE_URL does as well',
  fallback: '',
  isSecret: true,
  parse: (text) => {
    try {
      parseDatabaseUrl(text);
      return text;
    } catch (error) {
      return wrong(`a database URL. ${(error as Error).message}`);
    }
  },
});
const accountId = setting({
  key: 'accountId',
  value: '<12 digits>',
  help: 'account of the root access key',
  fallback: '123456789012',
  parse: (text) => (/^\d{12}$/.test(text) ? text : wrong('12 digits')),
});
const partition = setting({
  key: 'partition',
  value: '<name>',
  help: 'partition of ARNs',
  fallback: 'aws',
  parse: (text) => (/^aws[a-z-]*$/.test(text) ? text : wrong('a partition such as aws or aws-cn')),
});
const regions = setting<'any' | string[]>({
  key: 'regions',
  value: '<list>',
  help: 'comma-separated regions that are served, or "any"',
  fallback: 'any',
  parse: (text) => {
    if (text === 'any') return 'any';
    const names = list(text);
    const fits = names.length > 0 && names.every((name) => /^[a-z0-9-]{1,32}$/.test(name));
    return fits ? names : wrong('"any" or names such as us-east-1,eu-west-1');
  },
});
const strictAws = setting({
  key: 'strictAws',
  help: 'turn every extension off and answer as AWS does',
  fallback: false,
  parse: boolean,
});
const corsOrigins = setting<string[]>({
  key: 'corsOrigins',
  value: '<list>',
  help: 'comma-separated origins whose pages may call, or "*"',
  fallback: [],
  parse: list,
});
const clockWindow = setting({
  key: 'clockWindowSeconds',
  value: '<seconds>',
  help: "how far a caller's clock may be off",
  fallback: limits.clockWindowSeconds,
  parse: (text) => integer(text, 1, 24 * 60 * 60),
});
const validationProfileStatus = setting<'NotStarted' | 'Completed'>({
  key: 'validationProfileStatus',
  value: '<status>',
  help: 'status that validation profiles get, which nothing here runs: NotStarted or Completed',
  fallback: 'NotStarted',
  parse: (text) =>
    text === 'NotStarted' || text === 'Completed' ? text : wrong('NotStarted or Completed'),
});
const logLevel = setting<LogLevel>({
  key: 'logLevel',
  value: '<level>',
  help: `how much is logged to standard error: ${logLevels.join(', ')}`,
  fallback: 'warn',
  parse: (text) => logLevels.find((level) => level === text) ?? wrong(logLevels.join(', ')),
});

/** Every setting, as `imprimatur serve --help` and the guide list them. */
export const settings: readonly Setting<unknown>[] = [
  host,
  port,
  dataDir,
  database,
  accountId,
  partition,
  regions,
  strictAws,
  corsOrigins,
  clockWindow,
  validationProfileStatus,
  logLevel,
];

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
  const folder = resolve(read(dataDir));
  const config: Config = {
    host: read(host),
    port: read(port),
    dataDir: folder,
    database:
      read(database) || readDatabaseUrl(environment) || `sqlite:${join(folder, databaseFileName)}`,
    accountId: read(accountId),
    partition: read(partition),
    regions: read(regions),
    strictAws: read(strictAws),
    corsOrigins: read(corsOrigins),
    clockWindowSeconds: read(clockWindow),
    validationProfileStatus: read(validationProfileStatus),
    logLevel: read(logLevel),
    rootAccessKey: givenAccessKey(environment),
  };
  refuseWeakSecret(config);
  return Object.freeze(config);
}

/** Whether an address can be reached from this machine only. */
export function isLoopback(address: string): boolean {
  if (address === 'localhost' || address === '::1') return true;
  return isIP(address) === 4 && address.startsWith('127.');
}

function setting<T>(given: Omit<Setting<T>, 'flag' | 'env'>): Setting<T> {
  const words = given.key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const env = `IMPRIMATUR_${words.replaceAll('-', '_').toUpperCase()}`;
  return { ...given, flag: `--${words}`, env };
}

function parseSetting<T>(of: Setting<T>, text: string): T {
  try {
    return of.parse(text);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const name = `${of.flag} (${of.env}, or ${of.key} in the file)`;
    if (of.isSecret) throw new ConfigError(`${name} must be ${error.message}`);
    throw new ConfigError(`${name} must be ${error.message}, not '${text}'.`);
  }
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

function wrong(wanted: string): never {
  throw new ConfigError(wanted);
}

function integer(text: string, min: number, max: number): number {
  const value = Number(text);
  const fits = /^\d+$/.test(text) && value >= min && value <= max;
  return fits ? value : wrong(`a whole number from ${min} to ${max}`);
}

function boolean(text: string): boolean {
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  return wrong('true or false');
}

function list(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
