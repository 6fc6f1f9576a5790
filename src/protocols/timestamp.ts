const isoTimestamp = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;
/** The widest range that a JavaScript Date holds. */
const epochMillisecondsMax = 8.64e15;

/** Epoch milliseconds of a number of seconds or, leniently, an ISO 8601 string read as UTC. */
export function parseTimestamp(value: unknown): number | undefined {
  if (typeof value === 'number') {
    const milliseconds = Math.round(value * 1000);
    if (Math.abs(milliseconds) <= epochMillisecondsMax) return milliseconds;
  }
  if (typeof value === 'string' && isoTimestamp.test(value)) {
    const zoned = /T.*(Z|[+-]\d\d:?\d\d)$/.test(value) || !value.includes('T');
    const milliseconds = Date.parse(zoned ? value : `${value}Z`);
    if (!Number.isNaN(milliseconds)) return milliseconds;
  }
  return undefined;
}
