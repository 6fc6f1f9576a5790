import { printable } from './printable.ts';
import { paint } from './terminal.ts';
import type { Style, Terminal } from './terminal.ts';

/** The outcome of one check, with what to do where it is not good. */
export interface CheckResult {
  readonly check: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly message: string;
  readonly advice?: string;
}

const styles: Readonly<Record<CheckResult['status'], Style>> = {
  ok: 'green',
  warn: 'yellow',
  fail: 'red',
};
const statusWidth = 4;
const nameWidth = 13;

/** A check's line, and a second one with the advice. */
export function checkLines(result: CheckResult, { out, environment }: Terminal): string {
  const { check, status, message, advice } = result;
  const head = paint(status.padEnd(statusWidth), styles[status], out, environment);
  const line = `${head}  ${check.padEnd(nameWidth)} ${printable(message)}\n`;
  if (advice === undefined) return line;
  return `${line}${' '.repeat(statusWidth + nameWidth + 3)}${printable(advice)}\n`;
}
