import type { Database } from '../../src/store/database.ts';

/** A database that is killed before or after its n-th write. */
export function breaking(database: Database, n: number, when: 'before' | 'after'): Database {
  let writes = 0;
  return {
    read: (work) => database.read(work),
    status: () => database.status(),
    close: () => Promise.resolve(),
    async write(work) {
      writes += 1;
      if (writes >= n && when === 'before') throw new Error('killed');
      const value = await database.write(work);
      if (writes >= n) throw new Error('killed');
      return value;
    },
  };
}
