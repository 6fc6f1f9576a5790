import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseSchedule } from './schedule-expression.ts';

function nextTimes(expression: string, after: string, count: number): string[] {
  const schedule = parseSchedule(expression);
  assert.ok(schedule, `${expression} is valid`);
  const times: string[] = [];
  let at: number | undefined = Date.parse(after);
  while (times.length < count) {
    at = schedule.next(at);
    if (at === undefined) break;
    times.push(`${new Date(at).toISOString().slice(0, 16)}Z`);
  }
  return times;
}

const cases: readonly (readonly [expression: string, after: string, ...times: string[]])[] = [
  ['rate(1 minute)', '2026-03-04T09:15:27Z', '2026-03-04T09:16Z', '2026-03-04T09:17Z'],
  ['rate(5 minutes)', '2026-03-04T09:15:00Z', '2026-03-04T09:20Z', '2026-03-04T09:25Z'],
  ['rate(1 hour)', '2026-03-04T09:15:00Z', '2026-03-04T10:15Z'],
  ['rate(7 days)', '2026-02-26T09:15:00Z', '2026-03-05T09:15Z'],
  ['cron(0 12 * * ? *)', '2026-03-04T12:00:00Z', '2026-03-05T12:00Z', '2026-03-06T12:00Z'],
  ['cron(0 12 * * ? *)', '2026-03-04T11:59:59Z', '2026-03-04T12:00Z'],
  ['cron(5,35 14 * * ? *)', '2026-03-04T00:00:00Z', '2026-03-04T14:05Z', '2026-03-04T14:35Z'],
  ['cron(0/15 * * * ? *)', '2026-03-04T23:50:00Z', '2026-03-05T00:00Z', '2026-03-05T00:15Z'],
  ['cron(1/10 0 * * ? *)', '2026-03-04T00:45:00Z', '2026-03-04T00:51Z', '2026-03-05T00:01Z'],
  ['cron(*/20 8-17/9 ? * * *)', '2026-03-04T08:40:00Z', '2026-03-04T17:00Z'],
  ['cron(0 2 ? * SAT *)', '2026-03-04T00:00:00Z', '2026-03-07T02:00Z', '2026-03-14T02:00Z'],
  ['cron(0 18 ? * MON-FRI *)', '2026-03-06T18:00:00Z', '2026-03-09T18:00Z'],
  ['cron(0 18 ? * 2-6 *)', '2026-03-06T18:00:00Z', '2026-03-09T18:00Z'],
  ['cron(0 0 ? * FRI-MON *)', '2026-03-02T00:00:00Z', '2026-03-06T00:00Z', '2026-03-07T00:00Z'],
  ['cron(0 0 ? * L *)', '2026-03-04T00:00:00Z', '2026-03-07T00:00Z', '2026-03-14T00:00Z'],
  ['cron(15 10 ? * 6L *)', '2026-03-04T00:00:00Z', '2026-03-27T10:15Z', '2026-04-24T10:15Z'],
  ['cron(15 10 ? * FRIL *)', '2026-03-04T00:00:00Z', '2026-03-27T10:15Z'],
  ['cron(0 2 ? * SAT#3 *)', '2026-03-04T00:00:00Z', '2026-03-21T02:00Z', '2026-04-18T02:00Z'],
  ['cron(0 2 ? * 3#5 *)', '2026-04-01T00:00:00Z', '2026-06-30T02:00Z', '2026-09-29T02:00Z'],
  ['cron(0 0 1 * ? *)', '2026-12-01T00:00:00Z', '2027-01-01T00:00Z', '2027-02-01T00:00Z'],
  ['cron(0 0 31 * ? *)', '2026-03-31T00:00:00Z', '2026-05-31T00:00Z', '2026-07-31T00:00Z'],
  ['cron(0 0 29 2 ? *)', '2026-03-01T00:00:00Z', '2028-02-29T00:00Z', '2032-02-29T00:00Z'],
  ['cron(0 0 L * ? *)', '2028-01-31T00:00:00Z', '2028-02-29T00:00Z', '2028-03-31T00:00Z'],
  ['cron(0 0 LW * ? *)', '2026-01-01T00:00:00Z', '2026-01-30T00:00Z', '2026-02-27T00:00Z'],
  ['cron(0 0 15W * ? *)', '2026-02-01T00:00:00Z', '2026-02-16T00:00Z', '2026-03-16T00:00Z'],
  ['cron(0 0 1W 8 ? *)', '2026-01-01T00:00:00Z', '2026-08-03T00:00Z'],
  ['cron(0 0 31W 5 ? *)', '2026-01-01T00:00:00Z', '2026-05-29T00:00Z'],
  ['cron(0 0 30W feb,apr ? *)', '2026-01-01T00:00:00Z', '2026-04-30T00:00Z'],
  ['cron(0 0 1 NOV-JAN ? *)', '2026-02-01T00:00:00Z', '2026-11-01T00:00Z', '2026-12-01T00:00Z'],
  ['cron(0 0 1 1 ? 2028/2)', '2026-01-01T00:00:00Z', '2028-01-01T00:00Z', '2030-01-01T00:00Z'],
  ['cron(0/5 5 ? JAN 1-5 2199)', '2199-01-31T05:54:00Z', '2199-01-31T05:55Z'],
];

for (const [expression, after, ...times] of cases) {
  test(`${expression} after ${after}: ${times.join(', ')}`, () => {
    assert.deepEqual(nextTimes(expression, after, times.length), times);
  });
}

for (const expression of [
  'cron(15 10 ? * 6L 2002-2005)',
  'cron(0 0 30 2 ? *)',
  'cron(0 0 31W APR ? *)',
  'cron(0/5 5 ? JAN 1-5 2022)',
]) {
  test(`${expression} is valid and never comes`, () => {
    assert.deepEqual(nextTimes(expression, '2026-03-04T00:00:00Z', 1), []);
  });
}

for (const expression of [
  'rate(10 seconds)',
  'rate(10 years)',
  'rate(1 minutes)',
  'rate(1 hours)',
  'rate(1 days)',
  'rate(10 minute)',
  'rate(10 hour)',
  'rate(10 day)',
  'rate()',
  'rate(10)',
  'rate(10 minutess)',
  'rate(foo minutes)',
  'rate(0 minutes)',
  'rate(-10 minutes)',
  'rate(10 MINUTES)',
  'rate( 10 minutes )',
  ' rate(10 minutes)',
  'rate(10  minutes)',
  'rate(2147483648 minutes)',
  'cron(0 1 * * * *)',
  'cron(0 1 ? * ? *)',
  'cron(0 1 1 * MON *)',
  'cron(7 20 * * NOT *)',
  'cron(INVALID)',
  'cron()',
  'cron(0 dummy ? * MON-FRI *)',
  'cron(71 8 1 * ? *)',
  'cron(0 24 1 * ? *)',
  'cron(0 0 0 * ? *)',
  'cron(0 0 32 * ? *)',
  'cron(0 0 1 13 ? *)',
  'cron(0 0 1 FOO ? *)',
  'cron(0 0 ? * 8 *)',
  'cron(0 0 ? * 0 *)',
  'cron(0 0 ? * 3#6 *)',
  'cron(0 0 ? * 3#0 *)',
  'cron(0 0 ? * 3#1,6#3 *)',
  'cron(0 0 ? * 8L *)',
  'cron(0 0 W * ? *)',
  'cron(0 0 32W * ? *)',
  'cron(0 0 L,1 * ? *)',
  'cron(0 0 1 * ? 1969)',
  'cron(0 0 1 * ? 2200)',
  'cron(0 0 1 * ? 2030-2026)',
  'cron(0/0 0 1 * ? *)',
  'cron(0/60 0 1 * ? *)',
  'cron(0/5/5 0 1 * ? *)',
  'cron(1-2-3 0 1 * ? *)',
  'cron(, 0 1 * ? *)',
  'cron(? 0 1 * ? *)',
  'cron(0 0 1 * ?)',
  'cron(0 0 1 * ? * *)',
  'cron( 0 0 1 * ? *)',
  'cron(0 0 1 * ? *) ',
  'at(2026-01-01T00:00:00)',
  '',
]) {
  test(`not valid: '${expression}'`, () => {
    assert.equal(parseSchedule(expression), undefined);
  });
}

test('a rate keeps its times when some were missed', () => {
  const last = Date.parse('2026-03-04T09:15:00Z');
  const next = parseSchedule('rate(5 minutes)')!.next(Date.parse('2026-03-04T09:31:10Z'), last);
  assert.equal(new Date(next!).toISOString(), '2026-03-04T09:35:00.000Z');
});

/** A field's text and, by other means than the parser's, which numbers it means. */
interface DrawnField {
  readonly text: string;
  readonly has: (number: number) => boolean;
}

function drawnField(from: number, to: number): fc.Arbitrary<DrawnField> {
  const number = fc.integer({ min: from, max: to });
  const item = fc.oneof(
    { weight: 1, arbitrary: fc.constant({ text: '*', has: () => true }) },
    {
      weight: 2,
      arbitrary: number.map((one) => ({ text: `${one}`, has: (n: number) => n === one })),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(number, number).map(([one, other]) => ({
        text: `${one}-${other}`,
        has: (n: number) => (one <= other ? n >= one && n <= other : n >= one || n <= other),
      })),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(number, fc.integer({ min: 1, max: 9 })).map(([one, step]) => ({
        text: `${one}/${step > to ? to : step}`,
        has: (n: number) => n >= one && (n - one) % (step > to ? to : step) === 0,
      })),
    },
  );
  return fc.array(item, { minLength: 1, maxLength: 2 }).map((items) => ({
    text: items.map(({ text }) => text).join(','),
    has: (n) => items.some(({ has }) => has(n)),
  }));
}

/** Whether a day is meant by the two day fields of a cron expression. */
interface DrawnDays {
  readonly text: readonly [ofMonth: string, ofWeek: string];
  readonly has: (day: Date) => boolean;
}

const dayMilliseconds = 86_400_000;

function moved(day: Date, days: number): Date {
  return new Date(day.getTime() + days * dayMilliseconds);
}

function isLastOfMonth(day: Date): boolean {
  return moved(day, 1).getUTCDate() === 1;
}

const drawnDays: fc.Arbitrary<DrawnDays> = fc.oneof(
  drawnField(1, 31).map(({ text, has }) => ({
    text: [text, '?'] as const,
    has: (day: Date) => has(day.getUTCDate()),
  })),
  drawnField(1, 7).map(({ text, has }) => ({
    text: ['?', text] as const,
    has: (day: Date) => has(day.getUTCDay() + 1),
  })),
  fc.constant({ text: ['L', '?'] as const, has: isLastOfMonth }),
  fc.integer({ min: 1, max: 7 }).map((weekday) => ({
    text: ['?', `${weekday}L`] as const,
    has: (day: Date) =>
      day.getUTCDay() + 1 === weekday && moved(day, 7).getUTCMonth() !== day.getUTCMonth(),
  })),
  fc
    .tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 5 }))
    .map(([weekday, nth]) => ({
      text: ['?', `${weekday}#${nth}`] as const,
      has: (day: Date) =>
        day.getUTCDay() + 1 === weekday && Math.ceil(day.getUTCDate() / 7) === nth,
    })),
  fc.integer({ min: 1, max: 31 }).map((wanted) => ({
    text: [`${wanted}W`, '?'] as const,
    has: (day: Date) => isWeekdayNearestTo(wanted, day),
  })),
);

function isWeekdayNearestTo(wanted: number, day: Date): boolean {
  if (day.getUTCDay() === 0 || day.getUTCDay() === 6) return false;
  const isWanted = (one: Date, weekday: number): boolean =>
    one.getUTCDate() === wanted &&
    one.getUTCDay() === weekday &&
    one.getUTCMonth() === day.getUTCMonth();
  return (
    day.getUTCDate() === wanted ||
    isWanted(moved(day, 1), 6) ||
    isWanted(moved(day, -1), 0) ||
    (wanted === 1 && isWanted(moved(day, -2), 6)) ||
    (isLastOfMonth(moved(day, 2)) && isWanted(moved(day, 2), 0))
  );
}

test('random cron expressions come when a walk over all minutes finds them', () => {
  const found = { true: 0, false: 0 };
  const span = 45 * 1440;
  fc.assert(
    fc.property(
      drawnField(0, 59),
      drawnField(0, 23),
      drawnField(1, 12),
      drawnDays,
      fc.integer({ min: Date.UTC(2023, 0), max: Date.UTC(2029, 0) }),
      (minute, hour, month, days, after) => {
        const [ofMonth, ofWeek] = days.text;
        const text = `cron(${minute.text} ${hour.text} ${ofMonth} ${month.text} ${ofWeek} *)`;
        const next = parseSchedule(text)!.next(after) ?? Infinity;
        const first = (Math.floor(after / 60_000) + 1) * 60_000;
        for (let index = 0; index < span; index += 1) {
          const at = new Date(first + index * 60_000);
          const isDue =
            minute.has(at.getUTCMinutes()) &&
            hour.has(at.getUTCHours()) &&
            month.has(at.getUTCMonth() + 1) &&
            days.has(at);
          if ((next === at.getTime()) !== isDue) assert.fail(`${text} at ${at.toISOString()}`);
          if (isDue) {
            found.true += 1;
            return;
          }
        }
        assert.ok(next >= first + span * 60_000, text);
        found.false += 1;
      },
    ),
    { numRuns: 250 },
  );
  assert.ok(found.true > 80 && found.false > 20, JSON.stringify(found));
});
