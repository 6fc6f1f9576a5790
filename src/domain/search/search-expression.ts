import { limits } from '../../kernel/limits.ts';
import { refuseInvalid } from '../../kernel/refusal.ts';
import type {
  BooleanOperator,
  Filter,
  NestedFilters,
  SearchExpression,
} from '../../contracts/sagemaker.gen.ts';
import type { Shape } from '../../contracts/shape.ts';
import { echo } from '../../contracts/validate.ts';
import { findProperty } from './property-path.ts';
import type { Property } from './property-path.ts';
import { operatorOf, readFilter } from './search-filter.ts';
import type { FilterTest } from './search-filter.ts';

/** What a record must fulfil: an expression whose names, operators and values are checked. */
export type Condition =
  | ({ readonly type: 'filter' } & FilterTest)
  | { readonly type: 'nested'; readonly list: Property; readonly filters: readonly FilterTest[] }
  | {
      readonly type: 'group';
      readonly operator: BooleanOperator;
      readonly elements: readonly Condition[];
    };

/** A record as conditions see it: its top-level members, read when they are asked for. */
export interface Readable {
  member(name: string): unknown;
}

/** Fulfilled by every record. */
export const anything: Condition = { type: 'group', operator: 'And', elements: [] };

/** Refuses an expression with a level that is empty, or with too many elements over all levels. */
export function checkExpression(expression: SearchExpression): void {
  const total = countElements(expression);
  if (total > limits.searchElementsMax) {
    refuseInvalid(
      `SearchExpression has ${total} filters, nested filters and subexpressions in all; ` +
        `at most ${limits.searchElementsMax} are allowed.`,
    );
  }
}

/** Refuses a second `Contains`, as AWS does for the registry's resources, with AWS's words. */
export function checkContains(expression: SearchExpression): void {
  const operators = allFilters(expression).map(operatorOf);
  if (operators.filter((operator) => operator === 'Contains').length > 1) {
    refuseInvalid("'CONTAINS' operator usage limit of 1 exceeded.");
  }
}

/** Reads an expression over records of a shape; refuses what registry.md section 13.2 excludes. */
export function readExpression(expression: SearchExpression, record: Shape): Condition {
  const { Filters = [], NestedFilters: nested = [], SubExpressions = [] } = expression;
  const elements = [
    ...Filters.map((filter): Condition => {
      const property = requireProperty(record, filter.Name);
      return { type: 'filter', ...readFilter(filter, property) };
    }),
    ...nested.map((filters) => readNested(filters, record)),
    ...SubExpressions.map((inner) => readExpression(inner, record)),
  ];
  return { type: 'group', operator: expression.Operator ?? 'And', elements };
}

/** The property of a name; refuses a name that the record's shape lacks, in AWS's words. */
export function requireProperty(record: Shape, name: string): Property {
  const property = findProperty(record, name);
  return property ?? refuseInvalid(`Unknown property name: ${echo(name)}`);
}

function readNested(nested: NestedFilters, record: Shape): Condition {
  const list = requireProperty(record, nested.NestedPropertyName);
  const listName = echo(nested.NestedPropertyName);
  if (!list.list) refuseInvalid(`NestedPropertyName '${listName}' is not a list property.`);
  const prefix = `${nested.NestedPropertyName}.`;
  const filters = nested.Filters.map((filter) => {
    if (filter.Name === nested.NestedPropertyName) {
      return readFilter(filter, { ...list, path: [], list: false });
    }
    if (!filter.Name.startsWith(prefix)) {
      requireProperty(record, filter.Name);
      refuseInvalid(`Nested filter '${echo(filter.Name)}' must be on a property of '${listName}'.`);
    }
    const property = findProperty(list.shape, filter.Name.slice(prefix.length));
    return readFilter(filter, property ?? requireProperty(record, filter.Name));
  });
  return { type: 'nested', list, filters };
}

/** Whether a record fulfils a condition. */
export function fulfils(record: Readable, condition: Condition): boolean {
  switch (condition.type) {
    case 'filter':
      return passes(recordValues(record, condition.property.path), condition);
    case 'nested':
      // A single element must pass every filter.
      return recordValues(record, condition.list.path).some((element) =>
        condition.filters.every((filter) =>
          passes(valuesBelow([element], filter.property.path), filter),
        ),
      );
    case 'group':
      return condition.operator === 'Or'
        ? condition.elements.some((element) => fulfils(record, element))
        : condition.elements.every((element) => fulfils(record, element));
  }
}

/** The values that a record has at a path; several where the path leads through a list. */
export function recordValues(record: Readable, path: readonly string[]): unknown[] {
  const [member, ...rest] = path;
  return valuesBelow([record.member(member!)], rest);
}

/** The top-level members that a condition reads. */
export function membersRead(condition: Condition): string[] {
  if (condition.type === 'group') return condition.elements.flatMap(membersRead);
  return [(condition.type === 'filter' ? condition.property : condition.list).path[0]!];
}

/** The condition with what reads only these members before what reads others, at every level. */
export function cheapestFirst(condition: Condition, cheap: ReadonlySet<string>): Condition {
  if (condition.type !== 'group') return condition;
  const elements = condition.elements.map((element) => cheapestFirst(element, cheap));
  const isCheap = (element: Condition): boolean =>
    membersRead(element).every((member) => cheap.has(member));
  return {
    ...condition,
    elements: elements.toSorted((a, b) => Number(isCheap(b)) - Number(isCheap(a))),
  };
}

function passes(values: readonly unknown[], { test, negated }: FilterTest): boolean {
  return values.some(test) !== negated;
}

function valuesBelow(values: readonly unknown[], path: readonly string[]): unknown[] {
  let found = present(values);
  for (const name of path) {
    found = present(
      found.map((value) =>
        Object.hasOwn(value as object, name) ? (value as Record<string, unknown>)[name] : undefined,
      ),
    );
  }
  return found;
}

/** Values without what is absent; a list stands for its elements. */
function present(values: readonly unknown[]): unknown[] {
  const flat: unknown[] = values.flat(Infinity);
  return flat.filter((value) => value !== undefined && value !== null);
}

function allFilters(expression: SearchExpression): Filter[] {
  const { Filters = [], NestedFilters: nested = [], SubExpressions = [] } = expression;
  return [
    ...Filters,
    ...nested.flatMap(({ Filters }) => Filters),
    ...SubExpressions.flatMap(allFilters),
  ];
}

function countElements(expression: SearchExpression): number {
  const { Filters = [], NestedFilters: nested = [], SubExpressions = [] } = expression;
  if (Filters.length + nested.length + SubExpressions.length === 0) {
    refuseInvalid(
      'A SearchExpression must have at least one filter, nested filter or subexpression.',
    );
  }
  const inner = SubExpressions.reduce((sum, expression) => sum + countElements(expression), 0);
  const nestedFilters = nested.reduce((sum, { Filters }) => sum + Filters.length, 0);
  return Filters.length + nested.length + nestedFilters + SubExpressions.length + inner;
}
