import { InvalidArgumentError } from 'commander';

const unitSeconds: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
};

/** Reads a duration such as `90s`, `10m` or `1h30m` as milliseconds; a bare number is seconds. */
export function durationOption(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) {
    throw new InvalidArgumentError('It must be a duration such as 30s, 10m or 1h30m.');
  }
  let seconds = 0;
  for (const [, amount = '', , unit = ''] of text.matchAll(/(\d+(\.\d+)?)(ms|s|m|h|d)/g)) {
    seconds += Number(amount) * unitSeconds[unit]!;
  }
  return seconds * 1000;
}
