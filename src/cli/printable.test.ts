import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printable } from './printable.ts';

test('what could command a terminal is not printed', () => {
  assert.equal(printable('a\u001b[31mb\u0007\tc\u009b'), 'a\ufffd[31mb\ufffd\ufffdc\ufffd');
  assert.equal(printable('one\r\n  two\nthree'), 'one two three');
  assert.equal(printable('safe\u202eegnahc'), 'safe\ufffdegnahc');
});
