import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { start } from '../support/server-process.ts';

test("what the server writes is its owner's alone, and no page of another origin may call", async () => {
  const server = await start();
  try {
    await server.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'private' });
    assert.equal(statSync(server.dataDir).mode & 0o077, 0, 'the folder');
    const files = readdirSync(server.dataDir);
    assert.ok(files.includes('credentials') && files.includes('imprimatur.db'));
    for (const file of files) {
      assert.equal(statSync(join(server.dataDir, file)).mode & 0o077, 0, file);
    }
    const headers = { origin: 'https://page.example', 'access-control-request-method': 'POST' };
    for (const method of ['OPTIONS', 'POST']) {
      const answer = await fetch(server.endpoint, { method, headers });
      const cors = [...answer.headers.keys()].filter((name) => name.startsWith('access-control'));
      assert.deepEqual(cors, [], method);
      await answer.arrayBuffer();
    }
  } finally {
    await server.stop();
  }
});
