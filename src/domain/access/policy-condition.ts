import { echo } from '../../contracts/validate.ts';
import { readObject } from './policy-json.ts';
import type { RefusePolicy } from './policy-json.ts';

const operators = [
  'StringEquals',
  'StringNotEquals',
  'StringEqualsIgnoreCase',
  'StringNotEqualsIgnoreCase',
  'StringLike',
  'StringNotLike',
  'NumericEquals',
  'NumericNotEquals',
  'NumericLessThan',
  'NumericLessThanEquals',
  'NumericGreaterThan',
  'NumericGreaterThanEquals',
  'DateEquals',
  'DateNotEquals',
  'DateLessThan',
  'DateLessThanEquals',
  'DateGreaterThan',
  'DateGreaterThanEquals',
  'Bool',
  'BinaryEquals',
  'IpAddress',
  'NotIpAddress',
  'ArnEquals',
  'ArnNotEquals',
  'ArnLike',
  'ArnNotLike',
  'Null',
] as const;

/** How a condition compares, without its prefix and suffix. */
export type ConditionOperator = (typeof operators)[number];

/** One key of a Condition block; all conditions of a statement must hold. */
export interface PolicyCondition {
  readonly operator: ConditionOperator;
  /** How the condition treats a key of several values, if it says so. */
  readonly quantifier: 'ForAllValues' | 'ForAnyValue' | undefined;
  readonly ifExists: boolean;
  readonly key: string;
  /** At least one; numbers and booleans as their text. */
  readonly values: readonly string[];
}

type ConditionTest = Pick<PolicyCondition, 'operator' | 'quantifier' | 'ifExists'>;

/** Reads a Condition element: values by key by operator. */
export function parseConditions(value: unknown, refuse: RefusePolicy): PolicyCondition[] {
  return Object.entries(readObject(value, 'Condition', refuse)).flatMap(([name, keys]) => {
    const test = parseTest(name);
    if (!test) refuse(`Unknown condition operator '${echo(name)}'`);
    const entries = Object.entries(readObject(keys, `Condition ${name}`, refuse));
    if (entries.length === 0) refuse(`Condition ${name} must name a condition key`);
    return entries.map(([key, values]) => {
      if (!/^[^:\s]+:./.test(key)) refuse(`Condition key '${echo(key)}' is malformed`);
      return {
        ...test,
        key,
        values: parseValues(values, `Condition ${name} '${echo(key)}'`, refuse),
      };
    });
  });
}

function parseTest(name: string): ConditionTest | undefined {
  const parts = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(name);
  const operator = operators.find((known) => known === parts?.[2]);
  const ifExists = parts?.[3] !== undefined;
  // Null asks whether the key exists; IfExists would take the question back.
  if (!operator || (operator === 'Null' && ifExists)) return undefined;
  return { operator, quantifier: parts?.[1] as ConditionTest['quantifier'], ifExists };
}

function parseValues(value: unknown, what: string, refuse: RefusePolicy): string[] {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  if (values.length === 0) refuse(`${what} must have a value`);
  return values.map((entry) => {
    if (typeof entry === 'string' || typeof entry === 'number' || typeof entry === 'boolean') {
      return String(entry);
    }
    return refuse(`${what} must be a string, a number, a boolean or a list of them`);
  });
}
