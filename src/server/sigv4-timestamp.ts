const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const basicForm = /^\d{4}(0[1-9]|1[0-2])\d\dT([01]\d|2[0-3])[0-5]\d[0-5]\dZ$/;
const httpForm =
  /^[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) (?:GMT|UTC|\+0000)$/;

/** Epoch milliseconds in ISO 8601 basic form, `20260304T091527Z`. */
export function formatTimestamp(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');
}

/** Epoch milliseconds of an ISO 8601 basic form, if it is one and names a day that exists. */
export function readTimestamp(text: string): number | undefined {
  if (!basicForm.test(text)) return undefined;
  const part = (start: number, end: number) => Number(text.slice(start, end));
  const day = part(6, 8);
  const days = Date.UTC(part(0, 4), part(4, 6) - 1, day);
  if (new Date(days).getUTCDate() !== day) return undefined;
  return days + ((part(9, 11) * 60 + part(11, 13)) * 60 + part(13, 15)) * 1000;
}

/** The ISO 8601 basic form of an HTTP date, `Wed, 04 Mar 2026 09:15:27 GMT`, if it is one. */
export function httpDateToBasic(text: string): string | undefined {
  const [, day, monthName, year, hour, minute, second] = httpForm.exec(text) ?? [];
  const month = months.indexOf(monthName ?? '') + 1;
  if (month === 0) return undefined;
  return `${year}${`${month}`.padStart(2, '0')}${day}T${hour}${minute}${second}Z`;
}
