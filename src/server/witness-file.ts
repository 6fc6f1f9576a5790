import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Witness } from '../workers/witness.ts';

/** Where a server keeps the newest checkpoint, out of reach of whoever has the database alone. */
export const witnessFileName = 'checkpoint';

/** The witness in a data folder. */
export function witnessFile(dataDir: string): Witness {
  const file = join(dataDir, witnessFileName);
  return {
    read: () => {
      try {
        return readFileSync(file, 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    write: (checkpoint) => {
      writeFileSync(`${file}.new`, checkpoint, { mode: 0o600 });
      renameSync(`${file}.new`, file);
    },
  };
}
