/** Random journeys: the product answers as the model does, and its journal tells each of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TestApp } from '../support/test-app.ts';
import { journey, regions } from './calls.ts';
import type { Call, Step } from './calls.ts';
import { Model } from './model.ts';
import type { Answer } from './model.ts';
import type { Json } from './model-words.ts';

/** The list that a paged operation answers. */
const listNames: Record<string, string> = {
  ListModelPackageGroups: 'ModelPackageGroupSummaryList',
  ListModelPackages: 'ModelPackageSummaryList',
  Search: 'Results',
};

async function callOnce(
  app: TestApp,
  operation: string,
  input: Json,
  region: string,
): Promise<Answer> {
  const { status, body } = await app.send(operation, input, { region });
  const answer = (body === '' ? undefined : JSON.parse(body)) as Json | undefined;
  if (status === 200) return { output: answer };
  assert.equal(status, 400, body);
  return { code: String(answer?.['__type']), message: String(answer?.['message']) };
}

/** All pages as one answer; every page but the last is full, and no token comes twice. */
async function callPages(
  app: TestApp,
  operation: string,
  input: Json,
  region: string,
): Promise<Answer> {
  const list = listNames[operation]!;
  const items: unknown[] = [];
  const tokens = new Set<unknown>();
  let more: Json = {};
  for (;;) {
    const answer = await callOnce(app, operation, { ...input, ...more }, region);
    if (!('output' in answer)) return answer;
    const { [list]: found, NextToken: token, ...rest } = answer.output!;
    const page = found as unknown[];
    items.push(...page);
    if (token === undefined) return { output: { ...rest, [list]: items } };
    assert.equal(page.length, input['MaxResults'], 'A page with a token is full.');
    assert.ok(!tokens.has(token), 'A token comes once.');
    tokens.add(token);
    more = { NextToken: token };
  }
}

function callProduct(app: TestApp, operation: string, input: Json, region: string) {
  const call = operation in listNames ? callPages : callOnce;
  return call(app, operation, input, region);
}

/** What shows all that there is. */
const sweep: Call[] = regions.flatMap((region) => [
  { operation: 'ListModelPackageGroups', input: { MaxResults: 3 }, region },
  { operation: 'ListModelPackages', input: { MaxResults: 3, ModelPackageType: 'Both' }, region },
  { operation: 'Search', input: { MaxResults: 3, Resource: 'ModelPackage' }, region },
  { operation: 'Search', input: { MaxResults: 3, Resource: 'ModelPackageGroup' }, region },
]);

async function travel(steps: readonly Step[]): Promise<void> {
  const app = await TestApp.start();
  const model = new Model();
  try {
    let last = sweep[0]!;
    for (const [index, step] of [...steps, ...sweep].entries()) {
      if ('move' in step) {
        app.clock.advance(step.move);
        continue;
      }
      last = 'again' in step ? last : step;
      const { operation, input, region } = last;
      const expected = model.call(operation, input, region, app.clock.now());
      const actual = await callProduct(app, operation, input, region);
      assert.deepEqual(actual, expected, `step ${index}: ${JSON.stringify(step)}`);
    }
    const journal = await app.journal();
    assert.deepEqual(
      journal.map(({ operation, region, error_code: errorCode }) => ({
        operation,
        region,
        errorCode,
      })),
      model.entries,
    );
  } finally {
    await app.close();
  }
}

test('any journey is answered as the model says', async () => {
  const isLong = process.env['IMPRIMATUR_TEST_LONG'] !== undefined;
  // The short form is the same each time; a failure prints the seed and path that replay it.
  const runs = isLong
    ? { numRuns: 5_000, interruptAfterTimeLimit: 45_000 }
    : { numRuns: 200, interruptAfterTimeLimit: 20_000, seed: 20_261_101 };
  await fc.assert(fc.asyncProperty(journey, travel), runs);
});
