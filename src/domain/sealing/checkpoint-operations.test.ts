import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  assertRefused,
  otherAccount,
  sharingPolicy,
  startApp,
} from '../../../tests/support/scenario.ts';
import { makeEntries, testSealer } from '../../../tests/support/sealing.ts';
import { testArn } from '../../../tests/support/test-app.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';
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

interface Head {
  readonly size: number;
  readonly root: Buffer;
}

/** What a client does with a checkpoint: it believes the signature, or nothing. */
function headOf({ Checkpoint, PublicKeys }: GetCheckpointOutput): Head {
  const { note, size, root } = parseCheckpoint(Checkpoint)!;
  assert.ok(isSignedBy(note, parseVerifierKey(PublicKeys[0]!)!));
  return { size, root: Buffer.from(root, 'hex') };
}

function assertIncluded(told: GetInclusionProofOutput, { size, root }: Head): void {
  const leaf = { index: told.LeafIndex, size, hash: Buffer.from(told.LeafHash, 'base64') };
  assert.deepEqual(rootByInclusion(leaf, bytes(told.Proof)), root);
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
    assertIncluded(proof, head);
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

test('an account holds the registry to its own entries, and learns of no other', async (t) => {
  const app = await startApp(t);
  const guest = await app.beside({ accountId: otherAccount });
  await makeEntries(app, 1, 'shared');
  await app.ok('PutModelPackageGroupPolicy', {
    ModelPackageGroupName: 'shared-0',
    ResourcePolicy: sharingPolicy('shared-0', otherAccount, ['sagemaker:CreateModelPackage']),
  });
  await makeEntries(guest, 1, 'guest');
  await guest.ok('CreateModelPackage', {
    ModelPackageGroupName: testArn('model-package-group/shared-0'),
    InferenceSpecification: { Containers: [{ Image: 'i' }] },
  });
  await testSealer(app).pass();
  const head = headOf(await guest.ok<GetCheckpointOutput>('GetCheckpoint', {}, ours));
  assert.equal(head.size, 4);

  const seen: [TestApp, number[]][] = [
    [app, [1, 2, 4]],
    [guest, [3, 4]],
  ];
  for (const [asked, own] of seen) {
    for (const Sequence of [1, 2, 3, 4]) {
      if (!own.includes(Sequence)) {
        const { message } = await asked.refused('GetInclusionProof', { Sequence }, ours);
        const absent = await asked.refused('GetInclusionProof', { Sequence: 99 }, ours);
        assert.equal(message, absent.message.replace('99', String(Sequence)));
        continue;
      }
      assertIncluded(await asked.ok('GetInclusionProof', { Sequence }, ours), head);
    }
  }
});
