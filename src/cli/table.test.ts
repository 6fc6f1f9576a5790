import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import { test } from 'node:test';
import { renderTable } from './table.ts';
import type { Column } from './table.ts';
import { TestTerminal } from './testing.ts';

interface Row {
  name: string;
  status?: string;
  text?: string;
}

const columns: Column<Row>[] = [
  { title: 'NAME', text: (row) => row.name },
  { title: 'STATUS', text: (row) => row.status, style: () => 'green' },
  { title: 'TEXT', text: (row) => row.text, flexible: true },
];
const rows: Row[] = [
  { name: 'fraud', status: 'Approved', text: 'weekly retrain of everything there is' },
  { name: 'ポアソン', text: 'two\r\nlines \u001b[31mred' },
];

test('columns are aligned by what a terminal shows, dashes stand for nothing', () => {
  assert.equal(
    renderTable(columns, rows, new TestTerminal()),
    'NAME      STATUS    TEXT\n' +
      'fraud     Approved  weekly retrain of everything there is\n' +
      'ポアソン  -         two lines \ufffd[31mred\n',
  );
});

test('columns that nobody fills are left out', () => {
  assert.equal(renderTable(columns, [{ name: 'a' }], new TestTerminal()), 'NAME\na\n');
});

test('a flexible column gives way on a narrow terminal, but not without end', () => {
  const narrow = stripVTControlCharacters(renderTable(columns, rows, new TestTerminal({}, 40)));
  assert.equal(
    narrow,
    'NAME      STATUS    TEXT\n' +
      'fraud     Approved  weekly retrain of e…\n' +
      'ポアソン  -         two lines \ufffd[31mred\n',
  );
  const tiny = stripVTControlCharacters(renderTable(columns, rows, new TestTerminal({}, 5)));
  assert.match(tiny, /^fraud {5}Approved {2}weekly retr…$/m);
});

test('only a terminal without NO_COLOR is painted', () => {
  const painted = renderTable(columns, rows, new TestTerminal({}, 100));
  assert.ok(painted.includes('\u001b[32mApproved\u001b[39m'));
  assert.ok(painted.includes('\u001b[1mNAME\u001b[22m'));
  const plain = [
    new TestTerminal(),
    new TestTerminal({ NO_COLOR: '1' }, 100),
    new TestTerminal({ TERM: 'dumb' }, 100),
  ];
  for (const terminal of plain) {
    assert.equal(renderTable(columns, [rows[0]!], terminal).includes('\u001b'), false);
  }
});
