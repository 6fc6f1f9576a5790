import type { Terminal } from './terminal.ts';

const patienceMilliseconds = 1_000;
const repaintMilliseconds = 250;

/** Waits for a piece of work and, where it takes over a second, says so on a terminal. */
export async function showProgress<T>(
  terminal: Terminal,
  label: () => string,
  work: Promise<T>,
): Promise<T> {
  const { error } = terminal;
  if (!error.isTerminal) return work;
  const start = Date.now();
  let shown = false;
  const paint = (): void => {
    if (Date.now() - start < patienceMilliseconds) return;
    shown = true;
    const seconds = Math.floor((Date.now() - start) / 1_000);
    error.write(`\r${fit(`${label()} ${elapsed(seconds)}`, error.columns || 80)}\u001b[K`);
  };
  const timer = setInterval(paint, repaintMilliseconds);
  try {
    return await work;
  } finally {
    clearInterval(timer);
    if (shown) error.write('\r\u001b[K');
  }
}

/** A duration as a person reads it: `8s`, `2m 05s`. */
export function elapsed(seconds: number): string {
  if (seconds < 60) return `${seconds}s`;
  return `${Math.floor(seconds / 60)}m ${`${seconds % 60}`.padStart(2, '0')}s`;
}

const barWidth = 24;

/** How far something has come, as a bar: `[######------] 50%`. */
export function progressBar(fraction: number): string {
  const part = Math.max(0, Math.min(1, fraction));
  const filled = Math.round(part * barWidth);
  const bar = '#'.repeat(filled) + '-'.repeat(barWidth - filled);
  return `[${bar}] ${`${Math.floor(part * 100)}`.padStart(3)}%`;
}

function fit(text: string, columns: number): string {
  return text.length < columns ? text : `${text.slice(0, Math.max(0, columns - 2))}…`;
}
