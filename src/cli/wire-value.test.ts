import assert from 'node:assert/strict';
import { test } from 'node:test';
import { services } from './services.ts';
import { fromWire, isoTime, toReadable, toWire } from './wire-value.ts';

const { input, output } = services.get('sagemaker')!.operations.get('ListModelPackages')!;

test('times are milliseconds here, seconds on the wire, and dates for readers', () => {
  const after = Date.parse('2026-11-21T20:15:27.123Z');
  assert.deepEqual(toWire({ CreationTimeAfter: after }, input), {
    CreationTimeAfter: after / 1000,
  });
  const wire = { ModelPackageSummaryList: [{ CreationTime: 1793000000.123 }] };
  const read = fromWire(wire, output!);
  assert.deepEqual(read, { ModelPackageSummaryList: [{ CreationTime: 1793000000123 }] });
  const shown = JSON.stringify(toReadable(read, output!));
  assert.match(shown, /"CreationTime":"2026-10-2\dT\d\d:33:20\.123000[+-]\d\d:\d\d"/);
});

test("members come in the contract's order; those it does not know are kept, at the end", () => {
  const wire = { NextToken: 't', Frob: 1, ModelPackageSummaryList: [] };
  const names = Object.keys(fromWire(wire, output!) as object);
  assert.deepEqual(names, ['ModelPackageSummaryList', 'NextToken', 'Frob']);
});

test('dates are written as Python writes them, in local time', () => {
  const zone = process.env['TZ'];
  try {
    const times: [string, string, string][] = [
      ['UTC', '2026-11-21T20:15:27.123Z', '2026-11-21T20:15:27.123000+00:00'],
      ['UTC', '2026-11-21T20:15:27Z', '2026-11-21T20:15:27+00:00'],
      ['America/New_York', '2026-11-21T20:15:27Z', '2026-11-21T15:15:27-05:00'],
      ['Asia/Kolkata', '2026-11-21T20:15:27.5Z', '2026-11-22T01:45:27.500000+05:30'],
    ];
    for (const [TZ, instant, expected] of times) {
      process.env['TZ'] = TZ;
      assert.equal(isoTime(Date.parse(instant)), expected);
    }
  } finally {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  }
});
