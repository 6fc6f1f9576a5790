import { parseField, parseNumber } from './cron-field.ts';
import type { FieldRange } from './cron-field.ts';

const daysOfMonth: FieldRange = { from: 1, to: 31 };
const daysOfWeek: FieldRange = {
  from: 1,
  to: 7,
  names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'],
};
const saturday = 7;
const sunday = 1;

/** Which days of a month are meant, in order. */
export type DayRule = (year: number, month: number) => readonly number[];

/**
 * What the two day fields of a cron expression mean together: one of them must be `?`, the other
 * one decides; undefined when they are not valid.
 */
export function dayRule(ofMonth: string, ofWeek: string): DayRule | undefined {
  if (ofWeek === '?' && ofMonth !== '?') return monthRule(ofMonth);
  return ofMonth === '?' && ofWeek !== '?' ? weekRule(ofWeek) : undefined;
}

/** `1,15`, `L` the last, `LW` the last weekday, `15W` the weekday nearest to the 15th. */
function monthRule(text: string): DayRule | undefined {
  if (text === 'L') return (year, month) => [lengthOf(year, month)];
  if (text === 'LW') {
    return (year, month) => [nearestWeekday(year, month, lengthOf(year, month))];
  }
  if (text.endsWith('W')) {
    const day = parseNumber(text.slice(0, -1), daysOfMonth);
    if (day === undefined) return undefined;
    return (year, month) => (day > lengthOf(year, month) ? [] : [nearestWeekday(year, month, day)]);
  }
  const days = parseField(text, daysOfMonth);
  return days && ((year, month) => days.filter((day) => day <= lengthOf(year, month)));
}

/** `MON-FRI`, `L` for Saturday, `6L` for the last Friday, `6#3` for the third. */
function weekRule(text: string): DayRule | undefined {
  if (text === 'L') return (year, month) => daysOn([saturday], year, month);
  if (text.endsWith('L')) {
    const day = parseNumber(text.slice(0, -1), daysOfWeek);
    return day === undefined ? undefined : (year, month) => daysOn([day], year, month).slice(-1);
  }
  const [name, place, ...rest] = text.split('#');
  if (place !== undefined) {
    const day = parseNumber(name!, daysOfWeek);
    if (day === undefined || rest.length > 0 || !/^[1-5]$/.test(place)) return undefined;
    return (year, month) => daysOn([day], year, month).slice(Number(place) - 1, Number(place));
  }
  const days = parseField(text, daysOfWeek);
  return days && ((year, month) => daysOn(days, year, month));
}

function lengthOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** 1 for Sunday. */
function weekdayOf(year: number, month: number, day: number): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
}

function daysOn(weekdays: readonly number[], year: number, month: number): number[] {
  return Array.from({ length: lengthOf(year, month) }, (_, index) => index + 1).filter((day) =>
    weekdays.includes(weekdayOf(year, month, day)),
  );
}

/** The weekday nearest to a day, in the same month. */
function nearestWeekday(year: number, month: number, day: number): number {
  const weekday = weekdayOf(year, month, day);
  if (weekday === saturday) return day === 1 ? day + 2 : day - 1;
  if (weekday === sunday) return day === lengthOf(year, month) ? day - 2 : day + 1;
  return day;
}
