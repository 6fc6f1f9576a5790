import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Turn } from './turn.ts';

test('whoever comes in one turn goes on together, in the order of coming', async () => {
  const turn = new Turn();
  const steps: string[] = [];
  const take = async (name: string): Promise<void> => {
    await turn.end();
    steps.push(`${name} begins`);
    await Promise.resolve();
    steps.push(`${name} goes on`);
  };
  const both = [take('one'), take('two')];
  await Promise.resolve();
  assert.deepEqual(steps, []);
  await Promise.all(both);
  assert.deepEqual(steps, ['one begins', 'two begins', 'one goes on', 'two goes on']);
});

test('whoever comes later waits for the end of a turn of its own', async () => {
  const turn = new Turn();
  const first = turn.end();
  await first;
  let isOver = false;
  const second = turn.end().then(() => {
    isOver = true;
  });
  assert.notEqual(turn.end(), first);
  await Promise.resolve();
  assert.equal(isOver, false);
  await setImmediate();
  assert.equal(isOver, true);
  await second;
});
