import { DatabaseInUse } from '../store/sqlite-file.ts';
import { Unavailable } from '../store/database.ts';
import { isDatabaseFailure } from './database-failure.ts';
import { Failure } from './failure.ts';
import { databaseProblem } from './start-failure.ts';

/** What the system says when a file cannot be read or written, in words. */
const fileProblems: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: "the disk's quota is used up",
  EFBIG: 'the file would exceed the limit on the size of files',
  EIO: 'the disk failed',
  ENOENT: 'no such file or folder',
  ENOTDIR: 'a part of the path is no folder',
  EISDIR: 'it is a folder',
  EMFILE: 'too many open files',
};

/** What went wrong with files, in a line that says what was being done; bugs stay as they are. */
export function explainFileFailure(error: unknown, doing: string): unknown {
  const cause: unknown = error instanceof Unavailable ? error.cause : error;
  if (cause instanceof Failure) return cause;
  if (cause instanceof DatabaseInUse) {
    return new Failure(`${doing}: ${cause.message}. Stop the registry that uses it first.`);
  }
  const { code, path } = cause as NodeJS.ErrnoException;
  const problem = databaseProblem(cause) ?? (code === undefined ? undefined : fileProblems[code]);
  if (problem === undefined) {
    return isDatabaseFailure(cause) ? new Failure(`${doing}: ${(cause as Error).message}`) : cause;
  }
  return new Failure(`${doing}: ${problem}${path === undefined ? '' : ` (${path})`}.`);
}
