import { resolve } from 'node:path';

/** Where a PostgreSQL server, or one of several of which one takes writes, listens. */
export interface PostgresHost {
  /** A name or an address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
}

/** How a connection is encrypted, in libpq's words. */
export const sslModes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;

/** A database's address, taken apart. */
export type DatabaseUrl =
  | { readonly kind: 'sqlite'; readonly path: string }
  | {
      readonly kind: 'postgres';
      readonly hosts: readonly PostgresHost[];
      readonly database: string;
      readonly user: string | undefined;
      readonly password: string | undefined;
      readonly sslMode: (typeof sslModes)[number];
      /** A PEM file of the authorities whose certificates are believed. */
      readonly sslRootCert: string | undefined;
      readonly applicationName: string;
    };

/** What is wrong with a database URL, without the URL: it may hold a password. */
export class DatabaseUrlError extends Error {
  override readonly name = 'DatabaseUrlError';
}

const forms = 'sqlite:<file> or postgres://<user>:<password>@<host>:<port>/<database>';
const postgresForm = new RegExp(
  [
    '^postgres(?:ql)?://',
    '(?:(?<user>[^:@/?]*)(?::(?<password>[^@/?]*))?@)?',
    '(?<hosts>[^/?]*)',
    '(?:/(?<database>[^?]*))?',
    '(?:[?](?<options>.*))?$',
  ].join(''),
  'u',
);
const hostForm = /^(?<host>\[[0-9a-fA-F:.]+\]|[^:[\]\s]+)(?::(?<port>\d{1,5}))?$/u;

/** Takes a database URL apart; throws DatabaseUrlError. */
export function parseDatabaseUrl(text: string): DatabaseUrl {
  if (text.startsWith('sqlite:')) return sqliteUrl(text.slice('sqlite:'.length));
  const { groups } = postgresForm.exec(text) ?? {};
  if (!groups) throw new DatabaseUrlError(`A database URL looks like ${forms}.`);
  const options = readOptions(groups['options'] ?? '');
  const database = decode(groups['database'] ?? '', 'database');
  const folder = options.get('host');
  return {
    kind: 'postgres',
    hosts: folder?.startsWith('/')
      ? [{ host: folder, port: readPort(options.get('port') ?? undefined) }]
      : readHosts(groups['hosts']!),
    database: database === '' ? 'imprimatur' : database,
    user: groups['user'] === undefined ? undefined : decode(groups['user'], 'user'),
    password: groups['password'] === undefined ? undefined : decode(groups['password'], 'password'),
    sslMode: readSslMode(options.get('sslmode')),
    sslRootCert: options.get('sslrootcert') ?? undefined,
    applicationName: options.get('application_name') ?? 'imprimatur',
  };
}

/** The URL for people and logs: without user and password. */
export function displayDatabaseUrl(text: string): string {
  const url = parseDatabaseUrl(text);
  if (url.kind === 'sqlite') return `sqlite:${url.path}`;
  const hosts = url.hosts.map(
    ({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`,
  );
  return `postgres://${hosts.join(',')}/${url.database}`;
}

function sqliteUrl(rest: string): DatabaseUrl {
  const path = rest.startsWith('///') ? rest.slice(2) : rest;
  if (path === '')
    throw new DatabaseUrlError('A database URL of SQLite names a file: sqlite:<file>.');
  return { kind: 'sqlite', path: path === ':memory:' ? path : resolve(path) };
}

function readHosts(text: string): PostgresHost[] {
  return (text === '' ? 'localhost' : text).split(',').map((one) => {
    const { groups } = hostForm.exec(one) ?? {};
    if (!groups) throw new DatabaseUrlError('A host of the database URL is not <name>:<port>.');
    return { host: groups['host']!.replace(/^\[|\]$/gu, ''), port: readPort(groups['port']) };
  });
}

const defaultPort = 5432;

function readPort(text: string | undefined): number {
  const port = text === undefined ? defaultPort : Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new DatabaseUrlError('A port of the database URL is not a number from 1 to 65535.');
}

/** The options that we read; sessions that cannot write are of no use, whatever the URL wants. */
const optionNames = new Set([
  'host',
  'port',
  'sslmode',
  'sslrootcert',
  'application_name',
  'target_session_attrs',
]);

function readOptions(text: string): URLSearchParams {
  const options = new URLSearchParams(text);
  for (const name of options.keys()) {
    if (!optionNames.has(name)) {
      const known = [...optionNames].join(', ');
      throw new DatabaseUrlError(
        `The database URL has an unknown option '${name}'; there are ${known}.`,
      );
    }
  }
  const wanted = options.get('target_session_attrs');
  if (wanted !== null && wanted !== 'read-write' && wanted !== 'primary') {
    throw new DatabaseUrlError("The database URL's target_session_attrs can only be read-write.");
  }
  return options;
}

function readSslMode(text: string | null | undefined): (typeof sslModes)[number] {
  const mode = sslModes.find((one) => one === (text ?? 'prefer'));
  if (!mode)
    throw new DatabaseUrlError(`The database URL's sslmode can be ${sslModes.join(', ')}.`);
  return mode;
}

function decode(text: string, part: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new DatabaseUrlError(`The ${part} of the database URL has a '%' that begins no escape.`);
  }
}
