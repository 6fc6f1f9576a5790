import { isObject, scalarText } from './scalar.ts';

type Values = Record<string, unknown>;

/** An answer as lines of tab-separated fields in the order of their names (`--output text`). */
export function formatText(value: unknown): string {
  const lines: string[] = [];
  writeItem(withTokenLine(value), lines);
  return lines.map((line) => `${line}\n`).join('');
}

/** The token of a cut-off list has a line of its own, which scripts look for. */
function withTokenLine(value: unknown): unknown {
  if (!isObject(value) || typeof value['NextToken'] !== 'string') return value;
  const { NextToken: token, ...rest } = value;
  return { ...rest, NextToken: { NextToken: token } };
}

function writeItem(
  item: unknown,
  lines: string[],
  identifier?: string,
  scalarKeys?: readonly string[],
): void {
  if (Array.isArray(item)) writeList(item, lines, identifier);
  else if (isObject(item)) writeObject(item, lines, identifier, scalarKeys);
  else lines.push(scalarText(item));
}

function writeList(list: readonly unknown[], lines: string[], identifier?: string): void {
  if (list.length === 0) return;
  if (list.some(isObject)) {
    const keys = scalarKeysOf(list.filter(isObject));
    for (const element of list) writeItem(element, lines, identifier, keys);
    return;
  }
  const scalars = list.filter((element) => !Array.isArray(element));
  if (scalars.length > 0) writeScalars(scalars, lines, identifier);
  for (const inner of list.filter(Array.isArray)) writeItem(inner, lines, identifier);
}

function writeScalars(scalars: readonly unknown[], lines: string[], identifier?: string): void {
  const texts = scalars.map(scalarText);
  if (identifier === undefined) lines.push(texts.join('\t'));
  else lines.push(...texts.map((text) => `${identifier.toUpperCase()}\t${text}`));
}

/** Elements of one list have the same fields, empty where an element lacks one. */
function writeObject(
  item: Values,
  lines: string[],
  identifier?: string,
  scalarKeys?: readonly string[],
): void {
  const names = Object.keys(item).sort();
  const keys = scalarKeys ?? names.filter((name) => isScalar(item[name]));
  const fields = keys.map((name) => (name in item ? scalarText(item[name]) : ''));
  if (fields.length > 0) {
    lines.push(
      [...(identifier === undefined ? [] : [identifier.toUpperCase()]), ...fields].join('\t'),
    );
  }
  for (const name of names.filter((name) => !keys.includes(name)))
    writeItem(item[name], lines, name);
}

function scalarKeysOf(list: readonly Values[]): string[] {
  const entries = list.flatMap((element) => Object.entries(element));
  const names = entries.filter(([, value]) => isScalar(value)).map(([name]) => name);
  return [...new Set(names)].sort();
}

function isScalar(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}
