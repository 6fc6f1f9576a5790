import assert from 'node:assert/strict';
import { test } from 'node:test';
import { approverText, parseMoment } from './as-of.ts';

const iso = (text: string): string => new Date(parseMoment(text).AsOfTime!).toISOString();
const local = (text: string): number => new Date(text).getTime();

test('a moment is a sequence of the journal', () => {
  assert.deepEqual(parseMoment('#1234'), { AsOfSequence: 1234 });
  assert.deepEqual(parseMoment('2026'), { AsOfSequence: 2026 });
});

test('a moment is a time, to the end of what it names', () => {
  assert.equal(iso('2026-05-03Z'), '2026-05-03T23:59:59.999Z');
  assert.equal(iso('2026-05-03T14:00Z'), '2026-05-03T14:00:59.999Z');
  assert.equal(iso('2026-05-03 14:00:27z'), '2026-05-03T14:00:27.999Z');
  assert.equal(iso('2026-05-03T14:00:27.5Z'), '2026-05-03T14:00:27.500Z');
  assert.equal(iso('2026-05-03T14:00:27.123456+02:00'), '2026-05-03T12:00:27.123Z');
  assert.equal(iso('2026-05-03-0500'), '2026-05-04T04:59:59.999Z');
});

test('a time without a zone is local', () => {
  assert.equal(parseMoment('2026-05-03').AsOfTime, local('2026-05-04T00:00:00') - 1);
  assert.equal(parseMoment('2026-12-31').AsOfTime, local('2027-01-01T00:00:00') - 1);
  assert.equal(parseMoment('2026-05-03 14:00').AsOfTime, local('2026-05-03T14:01:00') - 1);
});

test('anything else is no moment', () => {
  for (const text of [
    '',
    '#0',
    '-1',
    '1.5',
    '3 May',
    '2026-02-30',
    '2026-13-01',
    '2026-05-03T25:00',
    '2026-05-03T14',
    '2026-05-03T14:00:00+99:99',
    '2026-5-3',
  ]) {
    assert.throws(() => parseMoment(text), /It must be a date such as 2026-05-03/, text);
  }
});

test('who had approved is told with the account where it is another', () => {
  const by = (PrincipalArn: string) =>
    approverText(
      { Sequence: 1, EventId: 'e', EventTime: 0, EventName: 'UpdateModelPackage', PrincipalArn },
      'arn:aws:sagemaker:us-east-1:123456789012:model-package/fraud/1',
    );
  assert.equal(by('arn:aws:iam::123456789012:user/risk/ana'), 'user/risk/ana');
  assert.equal(by('arn:aws:sts::123456789012:assumed-role/R/ana'), 'assumed-role/R/ana');
  assert.equal(by('arn:aws:iam::999999999999:root'), '999999999999:root');
});
