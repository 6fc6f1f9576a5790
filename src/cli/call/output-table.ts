import { textWidth } from '../text-width.ts';
import { isObject, scalarText } from './scalar.ts';

interface Section {
  readonly title: string;
  readonly indent: number;
  headers: string[];
  rows: string[][];
}

const cellPadding = 4;

/** An answer as boxed tables, one within another, as the aws CLI's `--output table` draws them. */
export function formatTable(title: string, value: unknown, columns: number): string {
  const sections: Section[] = [];
  build(title, value, 0, sections);
  if (sections.length === 0) return '';
  if (fullWidth(sections) > columns) sections.forEach(turn);
  const width = fullWidth(sections);
  const lines = ['-'.repeat(width)];
  for (const section of sections) {
    const edge = '|'.repeat(section.indent);
    const inner = width - section.indent * 2;
    lines.push(...draw(section, inner).map((line) => `${edge}${line}${edge}`));
  }
  return lines.map((line) => `${line}\n`).join('');
}

function build(title: string, value: unknown, indent: number, sections: Section[]): void {
  if (isEmpty(value)) return;
  const section = { title, indent, headers: [], rows: [] };
  sections.push(section);
  if (Array.isArray(value)) buildList(value, section, sections);
  else if (isObject(value)) buildObject(value, section, sections);
  else section.rows.push([scalarText(value)] as never);
}

function buildList(list: readonly unknown[], section: Section, sections: Section[]): void {
  if (!isObject(list[0])) {
    const rows = list.map((item) =>
      Array.isArray(item) ? item.map(scalarText) : [scalarText(item)],
    );
    const cells = Math.max(...rows.map((row) => row.length));
    section.rows = rows.map((row) => [...row, ...Array<string>(cells - row.length).fill('')]);
    return;
  }
  const objects = list.filter(isObject);
  const isNested = (name: string): boolean =>
    objects.some(({ [name]: value }) => typeof value === 'object' && value !== null);
  const names = [...new Set(objects.flatMap((one) => Object.keys(one)))].sort();
  const headers = names.filter((name) => !isNested(name));
  let current = section;
  for (const [index, object] of objects.entries()) {
    if (index > 0 && headers.length < names.length) {
      current = { ...section, rows: [] };
      sections.push(current);
    }
    current.headers = headers;
    current.rows.push(headers.map((name) => (name in object ? scalarText(object[name]) : '')));
    for (const name of names.filter(isNested)) {
      build(name, object[name], section.indent + 1, sections);
    }
  }
}

function buildObject(value: Record<string, unknown>, section: Section, sections: Section[]): void {
  const names = Object.keys(value).sort();
  const isScalar = (name: string): boolean =>
    typeof value[name] !== 'object' || value[name] === null;
  const headers = names.filter(isScalar);
  const cells = headers.map((name) => scalarText(value[name]));
  if (headers.length === 1) section.rows.push([headers[0]!, cells[0]!]);
  else if (headers.length > 1) Object.assign(section, { headers, rows: [cells] });
  for (const name of names.filter((name) => !isScalar(name))) {
    build(name, value[name], section.indent + 1, sections);
  }
}

/** A single row becomes a column, where rows are too wide for the terminal. */
function turn(section: Section): void {
  const [only] = section.rows;
  if (section.rows.length !== 1 || section.headers.length === 0) return;
  section.rows = section.headers.map((header, index) => [header, only![index]!]);
  section.headers = [];
}

function draw({ title, headers, rows }: Section, width: number): string[] {
  const lines: string[] = [];
  const empty = headers.length === 0 && rows.length === 0;
  if (title !== '') lines.push(centered(title, width, '|'));
  if (title !== '' && empty) lines.push(`+${'-'.repeat(width - 2)}+`);
  if (empty) return lines;
  const widths = scaledWidths([headers, ...rows], width);
  const rule = widths.map(
    (one, index) => `${index === 0 ? '+' : ''}${'-'.repeat(inside(one, index))}+`,
  );
  lines.push(rule.join(''));
  if (headers.length > 0) {
    lines.push(
      headers.map((header, index) => centered(header, widths[index]!, leftEdge(index))).join(''),
    );
    if (rows.length > 0) lines.push(rule.join(''));
  }
  for (const row of rows) {
    lines.push(row.map((cell, index) => aligned(cell, widths[index]!, index)).join(''));
  }
  if (rows.length > 0) lines.push(rule.join(''));
  return lines;
}

function inside(width: number, index: number): number {
  return Math.max(0, width - (index === 0 ? 2 : 1));
}

function leftEdge(index: number): string {
  return index === 0 ? '|' : '';
}

function centered(text: string, width: number, left: string): string {
  const length = textWidth(text);
  const before = Math.max(0, Math.floor(width / 2) - Math.floor(length / 2) - 1);
  const after = Math.max(0, width - 1 - left.length - before - length);
  return `${left}${' '.repeat(before)}${text}${' '.repeat(after)}|`;
}

function aligned(text: string, width: number, index: number): string {
  const edge = leftEdge(index);
  const room = width - textWidth(text) - edge.length - 1;
  const before = room >= 2 ? 2 : 0;
  return `${edge}${' '.repeat(before)}${text}${' '.repeat(Math.max(0, room - before))}|`;
}

function cellWidths(rows: readonly (readonly string[])[]): number[] {
  const cells = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length: cells }, (_, index) =>
    Math.max(...rows.map((row) => textWidth(row[index] ?? ''))),
  );
}

function fullWidth(sections: readonly Section[]): number {
  const widths = sections.map(({ title, indent, headers, rows }) => {
    const cells = cellWidths([headers, ...rows]).map((width) => width + cellPadding);
    const content = cells.reduce((sum, width) => sum + width, 2);
    return Math.max(textWidth(title) + 2, content) + indent * 2;
  });
  return Math.max(...widths);
}

/** Widths of the columns that fill a line; what rounding leaves goes one by one from either end. */
function scaledWidths(rows: readonly (readonly string[])[], width: number): number[] {
  const natural = cellWidths(rows).map((one) => one + cellPadding);
  const factor = width / natural.reduce((sum, one) => sum + one, 0);
  const scaled = natural.map((one) => Math.round(factor * one));
  let excess = scaled.reduce((sum, one) => sum + one, 0) - width;
  for (let index = 0; excess !== 0; index = (index + 1) % scaled.length) {
    const step = Math.sign(excess);
    scaled[step > 0 ? index : scaled.length - 1 - index]! -= step;
    excess -= step;
  }
  return scaled;
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '' || value === 0 || value === false) {
    return true;
  }
  return typeof value === 'object' && Object.keys(value).length === 0;
}
