import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatOutput } from './output.ts';

const groups = {
  ModelPackageGroupSummaryList: [
    { ModelPackageGroupName: 'fraud', Live: true, Version: 3 },
    { ModelPackageGroupName: 'churn', Live: false, Description: 'who leaves' },
  ],
  NextToken: 'abc',
};

test('json is indented by four and says nothing of nothing', async () => {
  assert.equal(
    await formatOutput({ a: [], b: 'é' }, 'json', 'T', 80),
    '{\n    "a": [],\n    "b": "é"\n}\n',
  );
  assert.equal(await formatOutput({}, 'json', 'T', 80), '');
  assert.equal(await formatOutput([], 'json', 'T', 80), '[]\n');
  assert.equal(await formatOutput(null, 'json', 'T', 80), 'null\n');
});

test('text is a line for each structure, its fields in the order of their names', async () => {
  assert.equal(
    await formatOutput(groups, 'text', 'T', 80),
    'MODELPACKAGEGROUPSUMMARYLIST\t\tTrue\tfraud\t3\n' +
      'MODELPACKAGEGROUPSUMMARYLIST\twho leaves\tFalse\tchurn\t\n' +
      'NEXTTOKEN\tabc\n',
  );
  assert.equal(
    await formatOutput(
      [
        ['a', 1],
        ['b', null],
      ],
      'text',
      'T',
      80,
    ),
    'a\t1\nb\tNone\n',
  );
  assert.equal(await formatOutput({ a: { b: ['x', 'y'] } }, 'text', 'T', 80), 'B\tx\nB\ty\n');
  assert.equal(await formatOutput('plain', 'text', 'T', 80), 'plain\n');
});

test('tables are the boxes of the aws CLI 1.45.11, turned where they are too wide', async () => {
  assert.equal(
    await formatOutput([{ Name: 'fraud', Version: 3 }], 'table', 'Title', 80),
    [
      '----------------------',
      '|        Title       |',
      '+--------+-----------+',
      '|  Name  |  Version  |',
      '+--------+-----------+',
      '|  fraud |  3        |',
      '+--------+-----------+',
      '',
    ].join('\n'),
  );
  assert.equal(
    await formatOutput({ Name: 'fraud', Version: 3 }, 'table', 'Title', 20),
    [
      '----------------------',
      '|        Title       |',
      '+----------+---------+',
      '|  Name    |  fraud  |',
      '|  Version |  3      |',
      '+----------+---------+',
      '',
    ].join('\n'),
  );
  assert.equal(await formatOutput([], 'table', 'Title', 80), '');
  const nested = await formatOutput(groups, 'table', 'Title', 200);
  assert.match(nested, /^\|\|\s+ModelPackageGroupSummaryList\s+\|\|$/m);
  const lengths = nested
    .trimEnd()
    .split('\n')
    .map((line) => line.length);
  assert.deepEqual(new Set(lengths).size, 1);
});

test('yaml is YAML', async () => {
  assert.equal(
    await formatOutput({ a: [1, { b: 'c' }] }, 'yaml', 'T', 80),
    'a:\n  - 1\n  - b: c\n',
  );
});
