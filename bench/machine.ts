import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, totalmem, type as systemName } from 'node:os';
import { megabytes } from './format.ts';

/** What was measured and on what, one line each. */
export function describeMachine(): string[] {
  const cores = availableParallelism();
  const model = cpus()[0]?.model.trim() ?? 'unknown CPU';
  const changes = git('status', '--porcelain') === '' ? '' : ' and changes';
  return [
    `commit ${git('rev-parse', '--short', 'HEAD')}${changes}`,
    `${cores} cores for server and driver together (${model}), ${megabytes(totalmem())} memory`,
    `${systemName()}, Node.js ${process.versions.node}`,
  ];
}

function git(...args: string[]): string {
  try {
    return execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}
