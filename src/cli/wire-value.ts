import type { Shape } from '../contracts/shape.ts';

/** An input as awsJson spells it: timestamps, epoch milliseconds until then, become seconds. */
export function toWire(value: unknown, shape: Shape): unknown {
  return mapScalars(value, shape, (scalar, type) => {
    if (type === 'timestamp') return (scalar as number) / 1000;
    return type === 'blob' ? (scalar as Buffer).toString('base64') : scalar;
  });
}

/** What awsJson spells, in the terms of the contract; members that it lacks pass untouched. */
export function fromWire(value: unknown, shape: Shape): unknown {
  return mapScalars(value, shape, (scalar, type) => {
    if (type === 'timestamp') return Math.round((scalar as number) * 1000);
    return type === 'blob' ? Buffer.from(scalar as string, 'base64') : scalar;
  });
}

/** An output as people and programs read it: timestamps with date, time and offset. */
export function toReadable(value: unknown, shape: Shape): unknown {
  return mapScalars(value, shape, (scalar, type) => {
    if (type === 'timestamp') return isoTime(scalar as number);
    return type === 'blob' ? (scalar as Buffer).toString('base64') : scalar;
  });
}

/**
 * Local time as Python's isoformat writes it, which is what the aws CLI prints:
 * `2026-11-21T20:15:27.123000+00:00`, without the fraction where it is zero.
 */
export function isoTime(milliseconds: number): string {
  const offset = -new Date(milliseconds).getTimezoneOffset();
  const local = new Date(milliseconds + offset * 60_000).toISOString();
  const [whole = '', fraction = ''] = local.slice(0, -1).split('.');
  const shownFraction = fraction === '000' ? '' : `.${fraction}000`;
  const minutes = Math.abs(offset);
  const [hour, minute] = [Math.floor(minutes / 60), minutes % 60].map((n) =>
    `${n}`.padStart(2, '0'),
  );
  return `${whole}${shownFraction}${offset < 0 ? '-' : '+'}${hour}:${minute}`;
}

type ScalarType = Exclude<Shape['type'], 'structure' | 'list' | 'map'>;

/** A value with its scalars changed; members in the contract's order, then those it lacks. */
export function mapScalars(
  value: unknown,
  shape: Shape,
  change: (scalar: unknown, type: ScalarType) => unknown,
): unknown {
  if (value === undefined || value === null) return value;
  switch (shape.type) {
    case 'list':
      return (value as unknown[]).map((element) => mapScalars(element, shape.member, change));
    case 'map': {
      const entries = Object.entries(value);
      return Object.fromEntries(
        entries.map(([key, inner]) => [key, mapScalars(inner, shape.value, change)]),
      );
    }
    case 'structure': {
      const given = value as Record<string, unknown>;
      const mapped: Record<string, unknown> = {};
      for (const { name, shape: inner } of shape.members) {
        const member = given[name];
        if (member !== undefined) mapped[name] = mapScalars(member, inner, change);
      }
      return { ...mapped, ...without(given, mapped) };
    }
    default:
      return change(value, shape.type);
  }
}

function without(given: object, known: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given).filter(([name]) => !Object.hasOwn(known, name)));
}
