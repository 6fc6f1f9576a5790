import { rmSync } from 'node:fs';
import { constants } from 'node:os';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Removes files and folders when the work is done, has failed, or is ended by a signal. */
export async function withScratch<T>(paths: readonly string[], work: () => Promise<T>): Promise<T> {
  const clean = (): void => {
    for (const path of paths) rmSync(path, { recursive: true, force: true });
  };
  const stop = (signal: NodeJS.Signals): void => {
    clean();
    process.exit(128 + constants.signals[signal]);
  };
  for (const signal of signals) process.on(signal, stop);
  try {
    return await work();
  } finally {
    for (const signal of signals) process.off(signal, stop);
    clean();
  }
}
