import { parseArn } from '../../kernel/arn.ts';
import type { Scope } from '../resource-reference.ts';
import type { Condition } from './search-expression.ts';
import { isIndexed, metadataPrefix, tagPrefix } from './search-properties.ts';
import type { IndexedResource } from './search-property-store.ts';

/** A way to candidates: every record that fulfils the condition is among them. */
export type Drive =
  /** Entries of the search index; a record has one value of a name. */
  | { readonly type: 'property'; readonly name: string; readonly values: readonly string[] }
  /** Packages with a tag of their own or of their group. */
  | { readonly type: 'tag'; readonly name: string; readonly values: readonly string[] }
  /** Resources by unique name: of a group, of a package, or `<group>/<version>`. */
  | { readonly type: 'names'; readonly names: readonly string[] }
  /** What any of several plans leads to. */
  | { readonly type: 'any'; readonly plans: readonly Plan[] };

/** Drives that a record must come by, each of them enough, and whether they say it all. */
export interface Plan {
  readonly drives: readonly Drive[];
  /** Whether every record that comes by all drives fulfils the condition. */
  readonly complete: boolean;
}

/** What a plan is made for. */
export interface PlanScope extends Scope {
  readonly resource: IndexedResource;
  readonly strictAws: boolean;
}

/** The ways to the candidates of a condition, likely the most selective first. */
export function planSearch(condition: Condition, scope: PlanScope): Plan {
  const plan = planOf(condition, scope);
  return { ...plan, drives: plan.drives.toSorted((a, b) => rank(a) - rank(b)) };
}

function planOf(condition: Condition, scope: PlanScope): Plan {
  if (condition.type === 'filter') {
    const { texts, negated, property } = condition;
    const drive = negated || !texts ? undefined : driveFor(property.name, texts, scope);
    return {
      drives: drive ? [drive] : [],
      complete: drive?.type === 'property' || drive?.type === 'tag',
    };
  }
  if (condition.type === 'nested') return { drives: [], complete: false };
  const plans = condition.elements.map((element) => planOf(element, scope));
  if (condition.operator === 'And' || plans.length === 1) {
    return {
      drives: plans.flatMap(({ drives }) => drives),
      complete: plans.every(({ complete }) => complete),
    };
  }
  if (plans.some(({ drives }) => drives.length === 0)) return { drives: [], complete: false };
  return {
    drives: [{ type: 'any', plans }],
    complete: plans.every(({ complete }) => complete),
  };
}

function driveFor(name: string, values: readonly string[], scope: PlanScope): Drive | undefined {
  if (scope.resource === 'ModelPackageGroup') {
    if (name === 'ModelPackageGroupName') return { type: 'names', names: values };
    if (name === 'ModelPackageGroupArn') {
      return { type: 'names', names: namesInArns(values, 'model-package-group/', scope) };
    }
    return name.startsWith(tagPrefix) ? { type: 'property', name, values } : undefined;
  }
  if (name === 'ModelPackageName') return packageNameDrive(values, scope);
  if (name === 'ModelPackageArn') {
    return { type: 'names', names: namesInArns(values, 'model-package/', scope) };
  }
  if (name.startsWith(tagPrefix)) return { type: 'tag', name, values };
  return values.every((value) => isIndexed(name, value))
    ? { type: 'property', name, values }
    : undefined;
}

function packageNameDrive(values: readonly string[], { strictAws }: PlanScope): Drive {
  const byName: Drive = { type: 'names', names: values };
  if (!strictAws) return byName;
  // Versions have no name in strict mode, so that their group's name stands for it.
  const byGroup: Drive = { type: 'property', name: 'ModelPackageGroupName', values };
  const plans = [byName, byGroup].map((drive) => ({ drives: [drive], complete: false }));
  return { type: 'any', plans };
}

/** The names in those ARNs that lie in the scope: others lead nowhere. */
function namesInArns(arns: readonly string[], type: string, scope: Scope): string[] {
  return arns.flatMap((text) => {
    const arn = parseArn(text);
    const here = arn?.accountId === scope.accountId && arn.region === scope.region;
    return here && arn.resource.startsWith(type) ? [arn.resource.slice(type.length)] : [];
  });
}

/** Orders drives that measuring cannot tell apart: states are shared by more than names are. */
function rank(drive: Drive): number {
  if (drive.type === 'names') return 0;
  if (drive.type === 'any') return 5;
  if (drive.name === 'ModelPackageGroupName') return 1;
  if (drive.name.startsWith(metadataPrefix)) return 2;
  return drive.type === 'tag' ? 3 : 4;
}
