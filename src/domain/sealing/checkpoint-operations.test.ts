import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRefused, startApp } from '../../../tests/support/scenario.ts';
import { makeEntries, testSealer } from '../../../tests/support/sealing.ts';
import type {
  GetCheckpointOutput,
  GetConsistencyProofOutput,
  GetInclusionProofOutput,
} from '../../contracts/imprimatur-sealing.ts';
import { parseCheckpoint } from './checkpoint.ts';
import { isConsistent, rootByInclusion } from './merkle-proof.ts';
import { parseVerifierKey } from './note-key.ts';
import { isSignedBy } from './signed-note.ts';

const ours = { service: 'imprimatur' } as const;
const bytes = (texts: string[]): Buffer[] => texts.map((text) => Buffer.from(text, 'base64'));

/** What a client does with a checkpoint: it believes the signature, or nothing. */
function headOf({ Checkpoint, PublicKeys }: GetCheckpointOutput): { size: number; root: Buffer } {
  const { note, size, root } = parseCheckpoint(Checkpoint)!;
  assert.ok(isSignedBy(note, parseVerifierKey(PublicKeys[0]!)!));
  return { size, root: Buffer.from(root, 'hex') };
}

test('before anything is sealed there is no checkpoint', async (t) => {
  const app = await startApp(t);
  const message = 'There is no checkpoint.';
  const missing = { message, resource: '*' };
  await assertRefused(app, 'GetCheckpoint', {}, missing, ours);
  await assertRefused(app, 'GetInclusionProof', { Sequence: 1 }, missing, ours);
  await assertRefused(app, 'GetConsistencyProof', { FromSize: 1 }, missing, ours);
});

test('a client without a shell keeps a checkpoint and holds the registry to it', async (t) => {
  const app = await startApp(t);
  const sealer = testSealer(app);
  await makeEntries(app, 3, 'a');
  await sealer.pass();
  const kept = headOf(await app.ok<GetCheckpointOutput>('GetCheckpoint', {}, ours));
  await makeEntries(app, 4, 'b');
  await sealer.pass();
  const now = headOf(await app.ok<GetCheckpointOutput>('GetCheckpoint', {}, ours));
  assert.deepEqual([kept.size, now.size], [3, 7]);
  const again = await app.ok<GetCheckpointOutput>('GetCheckpoint', { Size: 3 }, ours);
  assert.deepEqual(headOf(again), kept);

  const { Proof } = await app.ok<GetConsistencyProofOutput>(
    'GetConsistencyProof',
    { FromSize: kept.size },
    ours,
  );
  assert.ok(isConsistent(kept, now, bytes(Proof)));
  for (const [Size, head] of [
    [undefined, now],
    [3, kept],
  ] as const) {
    const proof = await app.ok<GetInclusionProofOutput>(
      'GetInclusionProof',
      { Sequence: 2, ...(Size && { Size }) },
      ours,
    );
    const hash = Buffer.from(proof.LeafHash, 'base64');
    const leaf = { index: proof.LeafIndex, size: head.size, hash };
    assert.deepEqual(rootByInclusion(leaf, bytes(proof.Proof)), head.root);
  }
  const refusals = [
    ['GetCheckpoint', { Size: 5 }, 'There is no checkpoint of size 5.'],
    [
      'GetInclusionProof',
      { Sequence: 5, Size: 3 },
      'The checkpoint of size 3 has no entry with the sequence 5.',
    ],
  ] as const;
  for (const [operation, input, message] of refusals) {
    const expected = { message, resource: '*' };
    await assertRefused(app, operation, input, expected, ours);
  }
  const message = 'The checkpoint of size 3 does not go on from one of size 4.';
  const input = { FromSize: 4, Size: 3 };
  await assertRefused(app, 'GetConsistencyProof', input, { message, resource: '*' }, ours);
});
