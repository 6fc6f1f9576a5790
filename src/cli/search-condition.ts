import type { Filter, Operator } from '../contracts/sagemaker.gen.ts';
import { UsageFailure } from './failure.ts';

/** Longer signs first, as `>=` begins with `>`. */
const operators: readonly (readonly [sign: string, operator: Operator])[] = [
  ['!=', 'NotEquals'],
  ['>=', 'GreaterThanOrEqualTo'],
  ['<=', 'LessThanOrEqualTo'],
  ['=', 'Equals'],
  ['~', 'Contains'],
  ['>', 'GreaterThan'],
  ['<', 'LessThan'],
];

const condition = /^(!?)\s*([^=!<>~\s][^=!<>~]*?)\s*(?:(!=|>=|<=|=|~|>|<)\s*(.*?))?\s*$/s;

/**
 * Reads a condition such as `ModelPackageVersion>=3`, `Tags.team=risk` or `ModelPackageName~fraud`;
 * a name alone means that the property is there, with `!` before it that it is not. A value may
 * stand in quotes.
 */
export function parseCondition(text: string): Filter {
  const [, not, name, sign, value = ''] = condition.exec(text) ?? [];
  if (name === undefined || (not && sign)) throw malformed(text);
  if (sign === undefined) return { Name: name, Operator: not ? 'NotExists' : 'Exists' };
  const [, operator] = operators.find(([one]) => one === sign)!;
  const plain = unquoted(value);
  if (plain === '') throw malformed(text);
  return { Name: name, Operator: operator, Value: plain };
}

function unquoted(value: string): string {
  const [, , inside] = /^(["'])(.*)\1$/s.exec(value) ?? [];
  return inside ?? value;
}

function malformed(text: string): UsageFailure {
  return new UsageFailure(
    `'${text}' is no condition. Write a property, one of = != ~ > >= < <=, and a value, such as ` +
      'ModelApprovalStatus=Approved; or a property alone, with ! before it for its absence.',
  );
}
