import { InvalidArgumentError } from 'commander';
import { durationOption } from './duration.ts';

const written =
  /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?))?(Z|[+-]\d\d:?\d\d)?$/i;

/** Reads a moment: a date or time (local, unless it says otherwise), or how long ago, as `2h`. */
export function momentOption(text: string): number {
  const match = written.exec(text);
  const [, day = '', clock = '00:00', zone = ''] = match ?? [];
  const at = match ? Date.parse(`${day}T${clock}${zone.toUpperCase()}`) : ago(text);
  if (!Number.isNaN(at)) return at;
  throw new InvalidArgumentError(
    'It must be a date such as 2026-05-03, a time such as 2026-05-03T14:00Z, ' +
      'or how long ago, such as 2h.',
  );
}

function ago(text: string): number {
  return /^\d/.test(text) && /[a-z]$/.test(text) ? Date.now() - durationOption(text) : Number.NaN;
}
