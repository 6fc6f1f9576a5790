import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

/** Unlike that of any other process, also of one with its number. */
const incarnation = randomUUID();

/**
 * A holder's name that tells its process, for databases that one machine's processes alone use: who
 * was killed is seen to be gone, so that nobody waits for a sign of its life.
 */
export function processHolder(): string {
  return [hostname(), process.pid, incarnation, randomUUID()].join('/');
}

/**
 * Whether a holder is known to be gone: its process was of this machine and is there no more. A
 * number that another process has by now makes it look alive; then its silence tells.
 */
export function isGone(holder: string): boolean {
  const [host, pid = '', of] = holder.split('/');
  if (host !== hostname() || of === undefined || !/^[1-9]\d*$/.test(pid)) return false;
  if (Number(pid) === process.pid) return of !== incarnation;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
