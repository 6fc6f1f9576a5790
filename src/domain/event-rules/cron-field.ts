/** The numbers of a field of a cron expression. */
export interface FieldRange {
  readonly from: number;
  readonly to: number;
  /** What the numbers are called, from the first on. */
  readonly names?: readonly string[];
  /** The first does not follow the last: no range may end before it begins. */
  readonly isLinear?: true;
}

/** The numbers that a field asks for, in order; undefined when it is not valid. */
export function parseField(text: string, range: FieldRange): readonly number[] | undefined {
  const items = text.split(',').map((item) => parseItem(item, range));
  if (items.includes(undefined)) return undefined;
  return [...new Set(items.flatMap((item) => item!))].sort((one, other) => one - other);
}

/** One of the field's numbers, by itself or by its name; undefined when it is none. */
export function parseNumber(text: string, range: FieldRange): number | undefined {
  const named = range.names?.indexOf(text) ?? -1;
  if (named !== -1) return range.from + named;
  if (!/^\d{1,4}$/.test(text)) return undefined;
  const number = Number(text);
  return number >= range.from && number <= range.to ? number : undefined;
}

/** `*`, `5`, `5-9`, and each of them with `/2` after it. */
function parseItem(text: string, range: FieldRange): readonly number[] | undefined {
  const [numbers, step, ...rest] = text.split('/');
  if (rest.length > 0) return undefined;
  if (step === undefined) return parseSpan(numbers!, range);
  const isOne = !numbers!.includes('-') && numbers !== '*';
  const span = parseSpan(isOne ? `${numbers}-${range.to}` : numbers!, range);
  if (!/^\d{1,4}$/.test(step) || Number(step) < 1 || Number(step) > range.to) return undefined;
  return span?.filter((_, index) => index % Number(step) === 0);
}

function parseSpan(text: string, range: FieldRange): readonly number[] | undefined {
  if (text === '*') return numbersOf(range.from, range.to);
  const [first, last = first, ...rest] = text.split('-');
  const from = parseNumber(first!, range);
  const to = parseNumber(last!, range);
  if (from === undefined || to === undefined || rest.length > 0) return undefined;
  if (from <= to) return numbersOf(from, to);
  if (range.isLinear) return undefined;
  return [...numbersOf(from, range.to), ...numbersOf(range.from, to)];
}

function numbersOf(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
