import { parseCron } from './cron-expression.ts';

/** The times of a rule's schedule, in UTC. */
export interface Schedule {
  /**
   * The first of its times after a moment (epoch milliseconds); undefined when there is none. Those
   * of a rate are counted from `last`: the time before, or when the rule was enabled.
   */
  next(after: number, last?: number): number | undefined;
}

const unitMilliseconds = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** As far as AWS's integers go. */
const rateMax = 2 ** 31 - 1;

/** Reads `rate(5 minutes)` or `cron(0 12 * * ? *)`; undefined when it is neither. */
export function parseSchedule(text: string): Schedule | undefined {
  const fields = /^cron\((?<fields>[^()]*)\)$/.exec(text)?.groups?.['fields'];
  return fields === undefined ? parseRate(text) : parseCron(fields);
}

function parseRate(text: string): Schedule | undefined {
  const parts = /^rate\((?<count>\d{1,10}) (?<unit>minute|hour|day)(?<plural>s?)\)$/.exec(text);
  if (!parts?.groups) return undefined;
  const count = Number(parts.groups['count']);
  const isSingular = parts.groups['plural'] === '';
  if (count < 1 || count > rateMax || isSingular !== (count === 1)) return undefined;
  const every = count * unitMilliseconds[parts.groups['unit'] as keyof typeof unitMilliseconds];
  return {
    next: (after, last = after) => last + every * (Math.floor((after - last) / every) + 1),
  };
}
