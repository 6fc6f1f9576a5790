import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutToWidth, textWidth } from './text-width.ts';

test('widths are those of a terminal', () => {
  const widths: [string, number][] = [
    ['', 0],
    ['plain', 5],
    ['é', 1],
    ['e\u0301', 1],
    ['日本', 4],
    ['한글', 4],
    ['ｆｕｌｌ', 8],
    ['🦊', 2],
    ['👩‍🔬', 2],
    ['→', 1],
    ['a\u200bb', 2],
  ];
  for (const [text, width] of widths) assert.equal(textWidth(text), width, text);
});

test('a text is cut between characters, and says so', () => {
  assert.equal(cutToWidth('plain', 5), 'plain');
  assert.equal(cutToWidth('plain text', 7), 'plain…');
  assert.equal(cutToWidth('日本語', 5), '日本…');
  assert.equal(cutToWidth('日本語', 4), '日…');
  assert.equal(cutToWidth('👩‍🔬👩‍🔬👩‍🔬', 5), '👩‍🔬👩‍🔬…');
});
