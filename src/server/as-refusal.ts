import { Refusal } from '../kernel/refusal.ts';
import { Unavailable } from '../store/database.ts';

/** What is thrown as what a caller is told; undefined for a fault of ours. */
export function asRefusal(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (!(error instanceof Unavailable)) return undefined;
  return new Refusal('unavailable', 'The service cannot store or read now. Please try again.');
}
