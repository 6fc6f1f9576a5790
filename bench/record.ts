import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeMachine } from './machine.ts';

const file = join(import.meta.dirname, 'RESULTS.md');
const firstSection = '\n## ';

/** Puts a report into RESULTS.md, above the earlier ones. */
export function record(report: string): void {
  const text = readFileSync(file, 'utf8');
  const found = text.indexOf(firstSection);
  const end = found < 0 ? text.length : found + 1;
  const date = new Date().toISOString().slice(0, 10);
  const machine = describeMachine().map((line) => `- ${line}`);
  const section = [`## ${date}`, '', ...machine, '', report, '', ''].join('\n');
  const head = text.slice(0, end);
  writeFileSync(file, `${head}${found < 0 ? '\n' : ''}${section}${text.slice(end)}`);
}
