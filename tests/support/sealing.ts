import { randomBytes } from 'node:crypto';
import { createLog } from '../../src/kernel/log.ts';
import type { Log } from '../../src/kernel/log.ts';
import type { Database } from '../../src/store/database.ts';
import { Sealer } from '../../src/workers/seal-journal.ts';
import type { Witness } from '../../src/workers/witness.ts';
import type { TestApp } from './test-app.ts';

/** A witness that keeps the checkpoint in memory. */
export class TestWitness implements Witness {
  kept: string | undefined;
  read(): string | undefined {
    return this.kept;
  }
  write(checkpoint: string): void {
    this.kept = checkpoint;
  }
}

/** What a test's sealer is made of. */
export interface TestSealerParts {
  readonly keys?: readonly Buffer[];
  readonly witness?: TestWitness;
  readonly holder?: string;
  readonly elapsed?: () => number;
  /** Instead of the app's own, as one that breaks off. */
  readonly database?: Database;
  readonly log?: Log;
}

export const testSigningKey = Buffer.alloc(32, 'a key of tests alone');

/** A sealer on the database of an app; it does nothing until `pass`. */
export function testSealer(app: TestApp, parts: TestSealerParts = {}): Sealer {
  const { keys = [testSigningKey], witness = new TestWitness(), elapsed } = parts;
  return new Sealer({
    database: parts.database ?? app.database,
    takeKeys: () => keys,
    witness,
    clock: app.clock,
    log: parts.log ?? createLog('silent'),
    holder: parts.holder ?? randomBytes(4).toString('hex'),
    ...(elapsed && { elapsed }),
  });
}

/** Makes groups at once, each of which leaves an entry. */
export async function makeEntries(app: TestApp, count: number, prefix = 'g'): Promise<void> {
  const names = Array.from({ length: count }, (_, n) => `${prefix}-${n}`);
  await Promise.all(
    names.map((ModelPackageGroupName) =>
      app.ok('CreateModelPackageGroup', { ModelPackageGroupName }),
    ),
  );
}
