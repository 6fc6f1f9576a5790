import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { breachesOf, rules } from './floors.ts';
import { parseSource, readSources } from './source.ts';

describe('floors', () => {
  const sources = readSources();
  const tagIndex = parseSource(
    'src/domain/tags/index.ts',
    "import { addTags } from './add-tags.ts';",
  );

  for (const rule of rules) {
    test(rule.sentence, () => {
      const breaches = breachesOf(rule, sources);
      assert.ok(breaches.length === 0, `${rule.sentence}\n  ${breaches.join('\n  ')}`);
    });
  }

  test('each rule finds its own example', () => {
    for (const rule of rules) {
      const found = breachesOf(rule, [parseSource(...rule.example), tagIndex]);
      assert.ok(found.length === 1, `${rule.example[0]} should break: ${rule.sentence}`);
    }
  });
});
