/** After any journey the rows, the journal, the names and the search index tell the same. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkIntegrity } from '../../src/domain/integrity/check-integrity.ts';
import { TestApp } from '../support/test-app.ts';
import { journey } from './calls.ts';
import type { Call, Step } from './calls.ts';

async function travel(steps: readonly Step[]): Promise<void> {
  const app = await TestApp.start();
  try {
    let last: Call | undefined;
    for (const step of steps) {
      if ('move' in step) {
        app.clock.advance(step.move);
        continue;
      }
      last = 'again' in step ? last : step;
      if (!last) continue;
      const { operation, input, region } = last;
      await app.send(operation, input, { region });
    }
    const watch = { partition: 'aws', progress: () => undefined };
    const { findings, complete } = await checkIntegrity(app.database, watch);
    assert.deepEqual(findings, []);
    assert.ok(complete);
  } finally {
    await app.close();
  }
}

test('after any journey an integrity check finds nothing', async () => {
  const isLong = process.env['IMPRIMATUR_TEST_LONG'] !== undefined;
  const runs = isLong
    ? { numRuns: 2_000, interruptAfterTimeLimit: 45_000 }
    : { numRuns: 50, interruptAfterTimeLimit: 20_000, seed: 20_261_121 };
  await fc.assert(fc.asyncProperty(journey, travel), runs);
});
