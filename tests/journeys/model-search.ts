/** What a search expression means, said over whole records: the part of the model that is a language. */
import { Refused } from './model-words.ts';
import type { Json, Tag } from './model-words.ts';

/** One filter of a search, or filters joined. */
export interface Expression {
  readonly Filters?: { Name: string; Operator?: string; Value?: string }[];
  readonly SubExpressions?: Expression[];
  readonly Operator?: 'And' | 'Or';
}

const groupProperties = /^(ModelPackageGroupName|Tags\..+)$/;
const properties =
  /^(ModelPackage(Group)?Name|ModelPackageVersion|ModelApprovalStatus|ModelLifeCycle\.Stage|(CustomerMetadataProperties|Tags)\..+)$/;

/** Refuses a second Contains anywhere, and properties that records have not. */
export function checkExpression(expression: Expression, resource: string): void {
  const filters = allFilters(expression);
  if (filters.filter(({ Operator }) => Operator === 'Contains').length > 1) {
    throw new Refused("'CONTAINS' operator usage limit of 1 exceeded.");
  }
  const known = resource === 'ModelPackage' ? properties : groupProperties;
  const unknown = filters.find(({ Name }) => !known.test(Name));
  if (unknown) throw new Refused(`Unknown property name: ${unknown.Name}`);
}

function allFilters({
  Filters = [],
  SubExpressions = [],
}: Expression): { Name: string; Operator?: string }[] {
  return [...Filters, ...SubExpressions.flatMap(allFilters)];
}

/** Whether a record is what an expression asks for. */
export function fulfils(record: Json, expression: Expression | undefined): boolean {
  if (!expression) return true;
  const { Filters = [], SubExpressions = [], Operator = 'And' } = expression;
  const verdicts = [
    ...Filters.map((filter) => fits(record, filter)),
    ...SubExpressions.map((inner) => fulfils(record, inner)),
  ];
  return Operator === 'Or' ? verdicts.includes(true) : !verdicts.includes(false);
}

function fits(record: Json, filter: { Name: string; Operator?: string; Value?: string }): boolean {
  const { Name, Value, Operator = Value === undefined ? 'Exists' : 'Equals' } = filter;
  const actual = valueAt(record, Name);
  switch (Operator) {
    case 'Exists':
      return actual !== undefined;
    case 'NotExists':
      return actual === undefined;
    case 'Equals':
      return actual === Value;
    case 'NotEquals':
      return actual !== Value;
    case 'In':
      return actual !== undefined && Value!.split(',').includes(actual);
    case 'Contains':
      return actual !== undefined && actual.includes(Value!);
    case 'GreaterThan':
      return actual !== undefined && Number(actual) > Number(Value);
    case 'LessThanOrEqualTo':
      return actual !== undefined && Number(actual) <= Number(Value);
    default:
      throw new Error(`The model knows no operator ${Operator}.`);
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What a record has at a dotted name; tags and metadata by their keys, dots and all. */
export function valueAt(record: Json, name: string): string | undefined {
  const [member = '', ...rest] = name.split('.');
  const value = record[member];
  if (rest.length === 0) return value === undefined ? undefined : text(value);
  const key = rest.join('.');
  if (member === 'Tags') return (value as Tag[]).find((tag) => tag.Key === key)?.Value;
  return (value as Record<string, string> | undefined)?.[key];
}
