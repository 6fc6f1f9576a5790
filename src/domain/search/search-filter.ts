import { refuseInvalid } from '../../kernel/refusal.ts';
import type { Filter, Operator } from '../../contracts/sagemaker.gen.ts';
import { echo } from '../../contracts/validate.ts';
import type { Property, PropertyKind } from './property-path.ts';

/** A filter that is ready to judge: it fits when any value of its property passes the test. */
export interface FilterTest {
  readonly property: Property;
  /** Turns the judgement round, so that a record without the property fits. */
  readonly negated: boolean;
  readonly test: (value: unknown) => boolean;
  /** Set when exactly these texts pass: what an index can look up. */
  readonly texts?: readonly string[];
}

const comparable: readonly PropertyKind[] = ['number', 'timestamp', 'boolean'];
const scalar: readonly PropertyKind[] = ['text', ...comparable];

/** The kinds of property that an operator takes (registry.md section 13.2). */
const kindsOf: Record<Operator, readonly PropertyKind[]> = {
  Exists: [...scalar, 'structure', 'map'],
  NotExists: [...scalar, 'structure', 'map'],
  Equals: scalar,
  NotEquals: scalar,
  GreaterThan: comparable,
  GreaterThanOrEqualTo: comparable,
  LessThan: comparable,
  LessThanOrEqualTo: comparable,
  Contains: ['text'],
  In: ['text'],
};

/** The operator that a filter has, or has by leaving it away. */
export function operatorOf(filter: Filter): Operator {
  return filter.Operator ?? (filter.Value === undefined ? 'Exists' : 'Equals');
}

/** Reads a filter on a property; refuses an operator or value that does not suit its kind. */
export function readFilter(filter: Filter, property: Property): FilterTest {
  const operator = operatorOf(filter);
  const name = echo(filter.Name);
  if (!kindsOf[operator].includes(property.kind)) {
    refuseInvalid(
      `Operator '${operator}' is not supported for '${name}', a ${property.kind} property.`,
    );
  }
  const negated = operator === 'NotEquals' || operator === 'NotExists';
  if (operator === 'Exists' || operator === 'NotExists') {
    return { property, negated, test: () => true };
  }
  if (filter.Value === undefined) {
    refuseInvalid(`A filter on '${name}' with operator '${operator}' requires a value.`);
  }
  if (property.kind === 'text') return { property, negated, ...textTest(operator, filter.Value) };
  const operand = readOperand(filter.Value, property.kind, name);
  return { property, negated, test: comparison(operator, operand) };
}

function textTest(operator: Operator, value: string): Pick<FilterTest, 'test' | 'texts'> {
  if (operator === 'Contains') return { test: (text) => (text as string).includes(value) };
  const texts = operator === 'In' ? value.split(',').map((text) => text.trim()) : [value];
  const passing = new Set<unknown>(texts);
  return { test: (text) => passing.has(text), texts: [...(passing as Set<string>)] };
}

function comparison(operator: Operator, operand: number): (value: unknown) => boolean {
  switch (operator) {
    case 'GreaterThan':
      return (value) => Number(value) > operand;
    case 'GreaterThanOrEqualTo':
      return (value) => Number(value) >= operand;
    case 'LessThan':
      return (value) => Number(value) < operand;
    case 'LessThanOrEqualTo':
      return (value) => Number(value) <= operand;
    default:
      return (value) => Number(value) === operand;
  }
}

/** A value as a number: false is 0, true is 1, a timestamp is its epoch milliseconds. */
function readOperand(value: string, kind: PropertyKind, name: string): number {
  const parse = { number: parseNumber, timestamp: parseTimestamp, boolean: parseBoolean };
  const operand = parse[kind as keyof typeof parse](value);
  if (operand !== undefined) return operand;
  const form = {
    number: 'an integer or decimal number',
    timestamp: "a timestamp of the form YYYY-mm-dd'T'HH:MM:SS",
    boolean: "a boolean, 'true' or 'false'",
  }[kind as keyof typeof parse];
  return refuseInvalid(`Value '${echo(value)}' of the filter on '${name}' is not ${form}.`);
}

function parseNumber(value: string): number | undefined {
  return /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(value) ? Number(value) : undefined;
}

function parseBoolean(value: string): number | undefined {
  return new Map([
    ['true', 1],
    ['false', 0],
  ]).get(value.toLowerCase());
}

const timestampForm = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$/;

function parseTimestamp(value: string): number | undefined {
  const match = timestampForm.exec(value);
  if (!match) return undefined;
  const [, day = '', , zone] = match;
  // Date.parse rolls 30 February over to 1 March.
  const midnight = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(day)) return undefined;
  const milliseconds = Date.parse(zone ? value : `${value}Z`);
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}
