import { existsSync, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from '../../config.ts';
import { limits } from '../../kernel/limits.ts';
import { credentialsFileName, readCredentials } from '../../server/root-access-key.ts';
import { parseDatabaseUrl } from '../../store/database-url.ts';
import { formatBytes } from '../byte-count.ts';
import type { CheckResult } from '../check-list.ts';

/** Whether the data folder and the key in it are there, and their owner's alone. */
export function checkDataFolder({ dataDir }: Config): CheckResult[] {
  if (!existsSync(dataDir)) {
    return [
      {
        check: 'data folder',
        status: 'warn',
        message: `${dataDir} does not exist`,
        advice: 'The first start makes it; --data-dir or IMPRIMATUR_DATA_DIR names another.',
      },
    ];
  }
  return [
    permissions('data folder', dataDir, '700'),
    checkCredentials(join(dataDir, credentialsFileName)),
  ];
}

function checkCredentials(file: string): CheckResult {
  const check = 'root key';
  if (!existsSync(file)) {
    return {
      check,
      status: 'warn',
      message: `${file} does not exist`,
      advice: 'The next start makes a new key; put the kept file there to have the old one.',
    };
  }
  try {
    readCredentials(file);
  } catch (error) {
    const advice = 'Put the file that you kept in its place, or remove it to have a new key made.';
    return { check, status: 'fail', message: (error as Error).message, advice };
  }
  return permissions(check, file, '600');
}

/** Whether something is its owner's alone, and the owner is who asks. */
function permissions(check: string, path: string, wanted: '600' | '700'): CheckResult {
  if (process.platform === 'win32') return { check, status: 'ok', message: path };
  const { mode, uid } = statSync(path);
  const actual = (mode & 0o777).toString(8).padStart(3, '0');
  if ((mode & 0o077) !== 0) {
    return {
      check,
      status: 'fail',
      message: `${path} can be reached by others than its owner (mode ${actual})`,
      advice: `chmod ${wanted} ${path}`,
    };
  }
  if (uid !== process.getuid!() && process.getuid!() !== 0) {
    return {
      check,
      status: 'fail',
      message: `${path} belongs to another user (uid ${uid})`,
      advice: 'Run this as the user that runs the server, or give the folder to that user.',
    };
  }
  return { check, status: 'ok', message: `${path} (mode ${actual})` };
}

/** Whether the disk of the database has room left: for itself, and for new files. */
export function checkDisk(config: Config): CheckResult[] {
  const url = parseDatabaseUrl(config.database);
  const file = url.kind === 'sqlite' && url.path !== ':memory:' ? url.path : undefined;
  const folder = existing(file === undefined ? config.dataDir : dirname(file));
  const { bavail, bsize, files, ffree } = statfsSync(folder);
  const free = bavail * bsize;
  const size = file === undefined ? 0 : (statSync(file, { throwIfNoEntry: false })?.size ?? 0);
  const message = `${formatBytes(free)} free on the disk of ${folder}`;
  const advice = 'Make room: a full disk refuses every write, though reads go on.';
  const results: CheckResult[] = [];
  if (free < limits.diskFreeBytesMin) {
    results.push({ check: 'disk', status: 'fail', message, advice });
  } else if (free < Math.max(size, limits.diskFreeBytesLow)) {
    const wanted = `${message}, less than the database takes (${formatBytes(size)})`;
    results.push({ check: 'disk', status: 'warn', message: wanted, advice });
  } else {
    results.push({ check: 'disk', status: 'ok', message });
  }
  // Some file systems make inodes as they need them, and count none.
  if (files > 0 && ffree < limits.inodesFreeMin) {
    const left = `${ffree} inodes left on the disk of ${folder}`;
    results.push({ check: 'inodes', status: 'fail', message: left, advice });
  }
  return results;
}

function existing(folder: string): string {
  return existsSync(folder) ? folder : existing(dirname(folder));
}
