import assert from 'node:assert/strict';
import { test } from 'node:test';
import { didYouMean, nearest } from './nearest.ts';

const names = ['groups', 'versions', 'show', 'approve', 'archive', 'history', '--name-contains'];

test('a slip of the pen is recognized', () => {
  const slips: [string, string | undefined][] = [
    ['grups', 'groups'],
    ['gruops', 'groups'],
    ['version', 'versions'],
    ['aprove', 'approve'],
    ['histroy', 'history'],
    ['hist', 'history'],
    ['--nam', '--name-contains'],
    ['delete', undefined],
    ['x', undefined],
    ['', undefined],
  ];
  for (const [slip, meant] of slips) assert.equal(nearest(slip, names), meant, slip);
  assert.equal(didYouMean('grups', names), ' (Did you mean groups?)');
  assert.equal(didYouMean('delete', names), '');
});
