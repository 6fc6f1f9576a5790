import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isTest, parseSource, readSources } from './source.ts';
import { tidyRules } from './tidy.ts';

describe('tidy', () => {
  const sources = readSources();

  for (const rule of tidyRules) {
    test(rule.sentence, () => {
      const breaches = sources.flatMap((source) => rule.breaches(source));
      assert.ok(breaches.length === 0, `${rule.sentence}\n  ${breaches.join('\n  ')}`);
    });
  }

  test('Each rule finds its own example.', () => {
    for (const rule of tidyRules) {
      const found = rule.breaches(parseSource('src/example.ts', rule.example));
      assert.ok(found.length === 1, `should break: ${rule.sentence}`);
    }
  });

  test('Every file under src is reached from main.ts.', () => {
    const importsOf = new Map(
      sources.map(({ path, imports }) => [path, imports.map((item) => item.target)]),
    );
    assert.ok(importsOf.has('src/main.ts'), 'src/main.ts is missing');
    const reached = new Set<string>();
    const visit = (path: string): void => {
      if (reached.has(path)) return;
      reached.add(path);
      for (const target of importsOf.get(path) ?? []) visit(target);
    };
    visit('src/main.ts');
    const dead = [...importsOf.keys()].filter(
      (path) => /^src\/.*(?<!\.d)\.ts$/.test(path) && !isTest(path) && !reached.has(path),
    );
    assert.ok(dead.length === 0, `Nothing imports:\n  ${dead.join('\n  ')}`);
  });
});
