import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCheckpoint, signCheckpoint } from './checkpoint.ts';
import { introduceKey, judgeKeys } from './key-rotation.ts';
import { parseVerifierKey, signerKey } from './note-key.ts';
import { isSignedBy, parseNote } from './signed-note.ts';

const [first, second, third] = [1, 2, 3].map((n) => signerKey('log', Buffer.alloc(32, n))) as [
  ReturnType<typeof signerKey>,
  ReturnType<typeof signerKey>,
  ReturnType<typeof signerKey>,
];
const facts = {
  origin: 'log',
  size: 5,
  root: 'ab'.repeat(32),
  at: Date.parse('2026-03-04T09:15:27.500Z'),
  settledSeq: 7,
};

test("the example of Go's note package is read and verified", () => {
  const key = parseVerifierKey(
    'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  )!;
  const text =
    'If you think cryptography is the answer to your problem,\n' +
    "then you don't know what your problem is.\n";
  const signature =
    '\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfq' +
    'dngotpRZb6KE6RyyBwJnAM=\n';
  assert.ok(isSignedBy(parseNote(`${text}\n${signature}`)!, key));
  assert.ok(!isSignedBy(parseNote(`${text.replace('your', 'my')}\n${signature}`)!, key));
});

test('a checkpoint says the same when it is read again, and only to whom it is signed', () => {
  const text = signCheckpoint(facts, first);
  const { note, text: again, ...read } = parseCheckpoint(text)!;
  assert.deepEqual(read, facts);
  assert.equal(again, text);
  assert.ok(isSignedBy(note, first.verifier));
  assert.ok(!isSignedBy(note, second.verifier));
  const head = 'log\n5\nq6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=\n';
  assert.ok(text.startsWith(`${head}time 2026-03-04T09:15:27.500Z\nsettled 7\n\n\u2014 log `));
  for (const wrong of ['', 'log\n5\n', text.slice(1).replace('og\n5', 'log\n05'), `${text}x`]) {
    assert.equal(parseCheckpoint(wrong), undefined);
  }
});

test('a public key is read back, and nothing else', () => {
  const { text } = first.verifier;
  assert.equal(parseVerifierKey(text)?.text, text);
  for (const wrong of ['', 'log', text.replace('log', 'dog'), `${text}A`, text.slice(0, -4)]) {
    assert.equal(parseVerifierKey(wrong), undefined);
  }
});

test('who trusts one key trusts those it vouches for, and those that vouch for it', () => {
  const one = introduceKey(first, { number: 1, validFrom: 10 }, undefined);
  const two = introduceKey(second, { number: 2, validFrom: 20 }, first);
  const three = introduceKey(third, { number: 3, validFrom: 30 }, undefined);
  const numbers = (anchors: string[], keys = [one, two, three]) =>
    judgeKeys(keys, anchors).trusted.map(({ number }) => number);
  assert.deepEqual(numbers([first.verifier.text]), [1, 2]);
  assert.deepEqual(numbers([second.verifier.text]), [1, 2]);
  assert.deepEqual(numbers([third.verifier.text]), [3]);
  assert.deepEqual(numbers([]), [3]);
  assert.deepEqual(numbers([], [one, two]), [1, 2]);
  assert.deepEqual(
    judgeKeys([one, two], [first.verifier.text]).trusted.map((key) => key.validUntil),
    [20, undefined],
  );
  // Whoever can write to the database alone cannot slip a key of its own in.
  const forged = { ...three, number: 2, verifier: third.verifier.text };
  const judged = judgeKeys([one, forged], [first.verifier.text]);
  assert.deepEqual(judged.problems, [
    'The record of key 2 was changed, or one before it is missing.',
  ]);
  assert.deepEqual(numbers([first.verifier.text], [one, { ...two, validFrom: 21 }]), [1]);
});
