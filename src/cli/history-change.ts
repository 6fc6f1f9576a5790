import type { HistoryEntry } from '../contracts/imprimatur.ts';
import { isObject } from './call/scalar.ts';

const valueCharactersMax = 200;

/** Members that the entry's time and caller tell already, or that tell a person nothing. */
const retold = new Set([
  'ClientToken',
  'CreationTime',
  'CreatedBy',
  'LastModifiedTime',
  'LastModifiedBy',
]);
/** What a version has that nobody said a word about. */
const defaults: Readonly<Record<string, unknown>> = {
  CertifyForMarketplace: false,
  SkipModelValidation: 'None',
};
/** What only a whole resource has. */
const arnMembers = ['ModelPackageArn', 'ModelPackageGroupArn'];

/** What an entry changed, a line a member: `ModelApprovalStatus: Rejected → Approved`. */
export function changeLines({ Before, After, Request }: HistoryEntry): string[] {
  const before = members(Before);
  const after = members(After);
  if (After === undefined && arnMembers.some((name) => name in before)) return ['deleted'];
  // What came into being is told by what was asked for, and by what the registry made of it.
  const whole = Before === undefined ? { ...members(Request), ...after } : after;
  const names = [...new Set([...Object.keys(before), ...Object.keys(whole)])];
  return names
    .filter((name) => !retold.has(name))
    .filter((name) => name in before || whole[name] !== defaults[name] || !(name in defaults))
    .flatMap((name) => memberLines(name, before[name], whole[name]));
}

function memberLines(name: string, before: unknown, after: unknown): string[] {
  const structures = [before, after].filter((value) => value !== undefined);
  if (structures.length > 0 && structures.every(isObject)) {
    const [from, to] = [isObject(before) ? before : {}, isObject(after) ? after : {}];
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])];
    return keys.flatMap((key) => memberLines(`${name}.${key}`, from[key], to[key]));
  }
  const [from, to] = [valueText(before), valueText(after)];
  if (from === to) return [];
  if (from === undefined) return [`${name}: ${to}`];
  return [`${name}: ${from} → ${to ?? 'none'}`];
}

function valueText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value) && value.length === 0) return undefined;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (text === '') return '""';
  return text.length <= valueCharactersMax ? text : `${text.slice(0, valueCharactersMax)}…`;
}

function members(json: string | undefined): Record<string, unknown> {
  if (json === undefined) return {};
  const value: unknown = JSON.parse(json);
  return isObject(value) ? value : {};
}
