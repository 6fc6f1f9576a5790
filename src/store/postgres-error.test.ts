import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endsConnection, isPostgresUnavailable, sqlState } from './postgres-error.ts';

test('an SQLSTATE is what PostgreSQL answered, not what the system says', () => {
  assert.equal(sqlState(Object.assign(new Error('no'), { code: '23505' })), '23505');
  const broken = Object.assign(new Error('write EPIPE'), { code: 'EPIPE', syscall: 'write' });
  for (const error of [broken, new Error('no'), undefined, null, 'EPIPE', { code: 5 }]) {
    assert.equal(sqlState(error), '');
    assert.ok(endsConnection(error));
  }
});

test('what ends a session is told from what ends a statement', () => {
  for (const code of ['57P01', '57P02', '57P03', '57P05', '25P03', '25P04', '08006', '08P01']) {
    assert.ok(endsConnection({ code }), code);
  }
  for (const code of ['57014', '25P02', '25006', '53100', '40001', '55P03']) {
    assert.ok(!endsConnection({ code }), code);
  }
  for (const code of ['53100', '53300', '57014', '25006', '55P03', '58030']) {
    assert.ok(isPostgresUnavailable({ code }), code);
  }
});
