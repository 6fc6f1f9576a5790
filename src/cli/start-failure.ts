import { join } from 'node:path';
import { databaseFileName } from '../config.ts';
import type { Config } from '../config.ts';
import { TlsFileError } from '../server/tls-files.ts';
import { databaseFailure, isDatabaseFailure } from './database-failure.ts';
import { Failure } from './failure.ts';

/** Results of SQLite that say something of the file, not of the program. */
const databaseProblems: Readonly<Record<number, string>> = {
  5: 'the database is in use by another process',
  8: 'the database is read-only',
  10: 'the disk failed',
  11: 'the database is damaged',
  13: 'the disk is full',
  14: 'the database cannot be opened',
  26: 'imprimatur.db is no database',
};

const folderProblems = [
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOTDIR',
  'EEXIST',
  'ENOSPC',
  'ENOENT',
  'EDQUOT',
];

/** What SQLite says of a file, in words; undefined for errors of other kinds. */
export function databaseProblem(error: unknown): string | undefined {
  const { code, errcode } = error as NodeJS.ErrnoException & { errcode?: number };
  return code === 'ERR_SQLITE_ERROR' ? databaseProblems[(errcode ?? 0) & 0xff] : undefined;
}

/** What keeps the registry from starting, in one line; anything else is thrown as it came. */
export function explainStartFailure(error: unknown, config: Config): unknown {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (error instanceof TlsFileError) return new Failure(`TLS cannot be used: ${message}`);
  if (syscall === 'listen' || syscall === 'getaddrinfo') {
    return listenFailure(error as NodeJS.ErrnoException, config);
  }
  if (code === 'ERR_SQLITE_ERROR') {
    const problem = databaseProblem(error);
    if (problem === undefined) return error;
    const isOurs = config.database === `sqlite:${join(config.dataDir, databaseFileName)}`;
    return isOurs
      ? folderFailure(problem, config)
      : databaseFailure(new Error(problem), config.database);
  }
  if (isDatabaseFailure(error)) return databaseFailure(error, config.database);
  // What cannot be used in the data folder is named at the start of a message.
  if (code === undefined && message.startsWith(config.dataDir)) return new Failure(message);
  if (code !== undefined && folderProblems.includes(code)) return folderFailure(message, config);
  return error;
}

/** The two addresses that a server listens on, and the options that choose another. */
function listenFailure(error: NodeJS.ErrnoException & Address, config: Config): Failure {
  const isOperations = wasOperations(error, config);
  const prefix = isOperations ? '--operations-' : '--';
  const port = isOperations ? config.operationsPort! : config.port;
  const host = isOperations ? config.operationsHost : config.host;
  switch (error.code) {
    case 'EADDRINUSE':
      return new Failure(
        `Port ${port} of ${host} is taken. Choose another with ${prefix}port; ` +
          `${prefix}port 0 takes any that is free.`,
      );
    case 'EACCES':
      return new Failure(
        `Port ${port} may not be opened by this user. Choose another with ${prefix}port.`,
      );
    default:
      return new Failure(
        `Cannot listen on ${host}:${port} (${error.code}). Choose another with ${prefix}host.`,
      );
  }
}

interface Address {
  readonly address?: string;
  readonly hostname?: string;
  readonly port?: number;
}

/** Whether the operations port could not be opened; a name that is not found comes without one. */
function wasOperations({ hostname, address, port }: Address, config: Config): boolean {
  if (config.operationsPort === undefined) return false;
  if (port !== undefined && config.port !== config.operationsPort) {
    return port === config.operationsPort;
  }
  return (hostname ?? address) === config.operationsHost && config.host !== config.operationsHost;
}

function folderFailure(problem: string, { dataDir }: Config): Failure {
  return new Failure(
    `The data folder ${dataDir} cannot be used: ${problem}. Choose another with --data-dir.`,
  );
}
