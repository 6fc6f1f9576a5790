import { dayRule } from './cron-days.ts';
import { parseField } from './cron-field.ts';
import type { FieldRange } from './cron-field.ts';
import type { Schedule } from './schedule-expression.ts';

const minuteMilliseconds = 60_000;
const dayMilliseconds = 86_400_000;

const minutes: FieldRange = { from: 0, to: 59 };
const hours: FieldRange = { from: 0, to: 23 };
const months: FieldRange = {
  from: 1,
  to: 12,
  names: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
};
const years: FieldRange = { from: 1970, to: 2199, isLinear: true };

/**
 * Reads the six fields of a cron expression as EventBridge has them: minutes, hours, day of the
 * month, month, day of the week (1 is Sunday) and year; undefined when they are not valid.
 */
export function parseCron(text: string): Schedule | undefined {
  const fields = text.toUpperCase().split(/\s+/);
  if (fields.length !== 6) return undefined;
  const times = {
    minutes: parseField(fields[0]!, minutes),
    hours: parseField(fields[1]!, hours),
    months: parseField(fields[3]!, months),
    years: parseField(fields[5]!, years),
    daysOf: dayRule(fields[2]!, fields[4]!),
  };
  return isComplete(times) ? { next: (after) => firstAfter(times, after) } : undefined;
}

interface CronTimes {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly months: readonly number[];
  readonly years: readonly number[];
  /** The days of a month, in order. */
  readonly daysOf: (year: number, month: number) => readonly number[];
}

function isComplete(times: {
  readonly [Part in keyof CronTimes]: CronTimes[Part] | undefined;
}): times is CronTimes {
  return Object.values(times).every((part) => part !== undefined);
}

function firstAfter(times: CronTimes, after: number): number | undefined {
  const earliest = (Math.floor(after / minuteMilliseconds) + 1) * minuteMilliseconds;
  for (const day of daysFrom(times, earliest)) {
    for (const hour of times.hours) {
      for (const minute of times.minutes) {
        const at = day + (hour * 60 + minute) * minuteMilliseconds;
        if (at >= earliest) return at;
      }
    }
  }
  return undefined;
}

/** When each day begins that ends after a moment. */
function* daysFrom(times: CronTimes, earliest: number): Generator<number> {
  for (const year of times.years) {
    if (Date.UTC(year + 1, 0) <= earliest) continue;
    for (const month of times.months) {
      if (Date.UTC(year, month) <= earliest) continue;
      for (const day of times.daysOf(year, month)) {
        const at = Date.UTC(year, month - 1, day);
        if (at + dayMilliseconds > earliest) yield at;
      }
    }
  }
}
