import assert from 'node:assert/strict';
import { test } from 'node:test';
import { patternCases } from '../../../tests/support/event-pattern-cases.ts';
import { parseEventPattern } from './event-pattern.ts';
import { PatternIndex } from './pattern-index.ts';

function waiting(name: string, pattern: object) {
  return { name, pattern: parseEventPattern(JSON.stringify(pattern)) };
}

test('an index finds what asking each pattern finds', () => {
  const items = patternCases.map(([text]) => ({ text, pattern: parseEventPattern(text) }));
  const index = new PatternIndex(items);
  for (const [, text] of patternCases) {
    const event = JSON.parse(text) as Record<string, unknown>;
    const asked = items.filter(({ pattern }) => pattern.matches(event));
    assert.deepEqual(new Set(index.waitingFor(event)), new Set(asked), text);
  }
});

test('of a thousand rules only those of the event’s group are asked', () => {
  let asked = 0;
  const items = Array.from({ length: 1_000 }, (_, i) => {
    const { name, pattern } = waiting(`rule-${i}`, {
      source: ['aws.sagemaker'],
      detail: { ModelPackageGroupName: [`group-${i % 500}`] },
    });
    const matchesFields: typeof pattern.matchesFields = (fields) => {
      asked += 1;
      return pattern.matchesFields(fields);
    };
    return { name, pattern: { ...pattern, matchesFields } };
  });
  const event = { source: 'aws.sagemaker', detail: { ModelPackageGroupName: 'group-7' } };
  const found = new PatternIndex(items).waitingFor(event);
  assert.deepEqual(
    found.map(({ name }) => name),
    ['rule-7', 'rule-507'],
  );
  assert.equal(asked, 2);
});

test('an item that several texts of an event lead to is found once', () => {
  const index = new PatternIndex([waiting('both', { a: ['x', 'y'] })]);
  assert.equal(index.waitingFor({ a: ['x', 'y'] }).length, 1);
});
