import type { ContextEntry, ContextKeyTypeEnum } from '../../contracts/iam.gen.ts';
import { echo } from '../../contracts/validate.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { compileIpRange } from '../access/ip-range.ts';
import { conditionKeyName } from '../access/policy-variables.ts';
import type { ConditionKeys } from '../access/policy-variables.ts';

/** Whether a value is of a type, whose list form has `List` behind its name. */
const isOfType: Readonly<Record<string, (value: string) => boolean>> = {
  string: () => true,
  numeric: (value) => value.trim() !== '' && Number.isFinite(Number(value)),
  boolean: (value) => /^(?:true|false)$/i.test(value),
  ip: (value) => compileIpRange(value) !== undefined,
  binary: (value) => /^[\w+/-]*={0,2}$/.test(value),
  date: (value) => /^\d+(?:\.\d+)?$/.test(value) || !Number.isNaN(Date.parse(value)),
};

/** The condition keys that a simulation is given; those given later replace earlier ones. */
export function contextKeysOf(
  entries: readonly ContextEntry[],
  known: ConditionKeys = new Map(),
): ConditionKeys {
  const keys = new Map(known);
  for (const entry of entries) {
    const { ContextKeyName: name, ContextKeyType: type, ContextKeyValues: values = [] } = entry;
    if (name === undefined || type === undefined) {
      throw invalidInput('A context entry must have a ContextKeyName and a ContextKeyType.');
    }
    checkValues(name, type, values);
    keys.set(conditionKeyName(name), values);
  }
  return keys;
}

function checkValues(name: string, type: ContextKeyTypeEnum, values: readonly string[]): void {
  const isList = type.endsWith('List');
  if (!isList && values.length !== 1) {
    throw invalidInput(`The context key ${echo(name)} of type ${type} must have one value.`);
  }
  const fits = isOfType[type.replace('List', '')]!;
  const misfit = values.find((value) => !fits(value));
  if (misfit === undefined) return;
  throw invalidInput(`'${echo(misfit)}' is no ${type} value of the context key ${echo(name)}.`);
}

/** IAM's refusal of an input that no constraint of its model tells. */
export function invalidInput(message: string): Refusal {
  return new Refusal('invalid', message, { code: 'InvalidInput' });
}
