import { InvalidArgumentError, Option } from 'commander';
import type { ApprovalReference, AsOf, EntryReference } from '../contracts/imprimatur-past.ts';
import { parseArn } from '../kernel/arn.ts';
import { longTime } from './answer.ts';

/** The option that asks for the past, with what it takes for a moment. */
export function asOfOption(): Option {
  return new Option(
    '--as-of <when>',
    'as it was: a date, a date and time, to the end of the day, minute or second that it names ' +
      '(local time; Z or +02:00 at the end for another), or #1234, a sequence of the journal',
  ).argParser(parseMoment);
}

const pattern =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d)(?:(:\d\d)(?:[.,](\d{1,9}))?)?)?(Z|[+-]\d\d:?\d\d)?$/i;
const secondMilliseconds = 1000;
const minuteMilliseconds = 60 * secondMilliseconds;
const dayMilliseconds = 24 * 60 * minuteMilliseconds;

/** Reads a moment: `#12` or `12`, `2026-05-03`, `2026-05-03 14:00`, `2026-05-03T14:00:27Z`. */
export function parseMoment(text: string): AsOf {
  const [, sequence] = /^#?([1-9]\d{0,14})$/.exec(text) ?? [];
  if (sequence !== undefined) return { AsOfSequence: Number(sequence) };
  const time = parseTime(text);
  if (time !== undefined) return { AsOfTime: time };
  throw new InvalidArgumentError(
    'It must be a date such as 2026-05-03, a time such as 2026-05-03T14:00Z, ' +
      'or a sequence of the journal such as #1234.',
  );
}

function parseTime(text: string): number | undefined {
  const match = pattern.exec(text);
  if (!match) return undefined;
  const [, year = '', month = '', day = '', minute, second, fraction, zone = ''] = match;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  // A day that its month lacks would become another one.
  if (date.getUTCDate() !== Number(day)) return undefined;
  const milliseconds = (fraction ?? '').padEnd(3, '0').slice(0, 3);
  const clock = `${minute ?? '00:00'}${second ?? ':00'}.${milliseconds}`;
  const start = Date.parse(`${year}-${month}-${day}T${clock}${zone.toUpperCase()}`);
  if (Number.isNaN(start)) return undefined;
  if (fraction !== undefined) return start;
  if (second !== undefined) return start + secondMilliseconds - 1;
  if (minute !== undefined) return start + minuteMilliseconds - 1;
  if (zone !== '') return start + dayMilliseconds - 1;
  // Where clocks change a day has 23 or 25 hours.
  return new Date(Number(year), Number(month) - 1, Number(day) + 1).getTime() - 1;
}

/** Who wrote an entry, when, and which it is. */
export function entryText({ PrincipalArn, EventTime, Sequence }: EntryReference): string {
  return `${PrincipalArn}, ${longTime(EventTime)} (#${Sequence})`;
}

/** Who gave an approval status, as a table has room for: with the account if it is another. */
export function approverText(by: ApprovalReference, packageArn: string): string {
  const arn = parseArn(by.PrincipalArn);
  if (!arn) return by.PrincipalArn;
  const isOwn = arn.accountId === parseArn(packageArn)?.accountId;
  return isOwn ? arn.resource : `${arn.accountId}:${arn.resource}`;
}
