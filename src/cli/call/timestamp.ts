const isoForm = /^(\d{4}-\d\d-\d\d)([T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)? ?(Z|[+-]\d\d:?\d\d)?$/i;

/**
 * Epoch milliseconds of what the aws CLI takes for a timestamp: ISO 8601, in UTC where it has no
 * offset, or epoch seconds. Undefined for anything else.
 */
export function parseTimestamp(value: unknown): number | undefined {
  if (typeof value === 'number') return fromSeconds(value);
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (/^-?\d+(\.\d+)?$/.test(text)) return fromSeconds(Number(text));
  const [, date, time = 'T00:00', zone = 'Z'] = isoForm.exec(text) ?? [];
  if (date === undefined) return undefined;
  const milliseconds = Date.parse(`${date}T${time.slice(1)}${zone.toUpperCase()}`);
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}

function fromSeconds(seconds: number): number | undefined {
  const milliseconds = Math.round(seconds * 1000);
  return Math.abs(milliseconds) <= 8.64e15 ? milliseconds : undefined;
}
