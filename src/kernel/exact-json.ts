/** JSON that keeps its numbers as they are written (V8 knows it, TypeScript does not yet). */
const json = JSON as unknown as {
  parse(
    text: string,
    revive: (key: string, value: unknown, at: { source: string }) => unknown,
  ): unknown;
  rawJSON(text: string): object;
};

/** Numbers that may be written otherwise once they are read: long ones, `1e9`, `1.50` and `-0`. */
const unusualNumber = /[:,[]\s*-?(?:\d[\d.]{15}|\d+(?:\.\d+)?[eE]|\d+\.\d*0\b|0\s*[,}\]])/;

/**
 * What was read of a JSON text, to be written again with the same numbers: one that would change is
 * no number in it, but an object that only JSON.stringify understands.
 */
export function withExactNumbers<Value>(value: Value, text: string): Value {
  if (!unusualNumber.test(text)) return value;
  return json.parse(text, (_, inner, { source }) =>
    typeof inner === 'number' && JSON.stringify(inner) !== source ? json.rawJSON(source) : inner,
  ) as Value;
}
