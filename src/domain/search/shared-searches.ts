import type { ModelPackage } from '../../contracts/sagemaker.gen.ts';
import { limits } from '../../kernel/limits.ts';
import type { ModelPackageGroupRow } from '../../store/tables.ts';
import { groupAccess } from '../model-package-groups/model-package-group-target.ts';
import { listSharedGroups } from '../model-package-groups/shared-group-store.ts';
import type { OperationContext } from '../operation.ts';
import { parseTags } from '../tags/tag-list.ts';
import { recordShapes } from './property-path.ts';
import { requireProperty } from './search-expression.ts';
import type { Condition } from './search-expression.ts';
import type { AccountSearch, PageRequest } from './search-page.ts';
import { planSearch } from './search-plan.ts';
import { rangesMax } from './search-source.ts';
import type { SearchView } from './search-view.ts';

type Context = Pick<OperationContext, 'tx' | 'call' | 'access'>;

/**
 * A search of what other accounts share: in each of these, of the groups that the caller finds by
 * ListModelPackageGroups too; of their versions those that it may describe.
 */
export async function sharedSearches(
  context: Context,
  request: PageRequest,
): Promise<AccountSearch[]> {
  const { resource } = request;
  const searches: AccountSearch[] = [];
  const groups = await findSharedGroups(context);
  for (const [accountId, owned] of Map.groupBy(groups, (group) => group.account_id)) {
    for (let from = 0; from < owned.length; from += rangesMax) {
      const some = owned.slice(from, from + rangesMax);
      const condition = within(request, some);
      const plan = planSearch(condition, { ...context.call, accountId, resource });
      const accepts = resource === 'ModelPackage' ? describable(context, some) : undefined;
      searches.push({ ...request, condition, plan, accountId, accepts });
    }
  }
  return searches;
}

async function findSharedGroups({ tx, call, access }: Context): Promise<ModelPackageGroupRow[]> {
  const rows = await listSharedGroups(tx, {
    ...{ accountId: call.accountId, region: call.region, byShareOnly: call.strictAws },
    ...{ createdAfter: undefined, createdBefore: undefined, nameContains: undefined },
    ...{ sortBy: 'Name', direction: 'asc', after: undefined, limit: limits.sharedGroupsSearched },
  });
  return rows.filter((row) =>
    access.allows(groupAccess(row, call.partition), 'DescribeModelPackageGroup'),
  );
}

/** The condition of a search, for what belongs to some groups. */
function within(
  { condition, resource }: PageRequest,
  groups: readonly ModelPackageGroupRow[],
): Condition {
  const texts = groups.map(({ name }) => name);
  const names = new Set<unknown>(texts);
  const property = requireProperty(recordShapes[resource], 'ModelPackageGroupName');
  const isOfOne: Condition = {
    type: 'filter',
    ...{ property, texts, negated: false, test: (name: unknown) => names.has(name) },
  };
  return { type: 'group', operator: 'And', elements: [isOfOne, condition] };
}

/** Whether the caller may describe a version, by its group's policies and its own tags. */
function describable(
  { call, access }: Context,
  groups: readonly ModelPackageGroupRow[],
): (view: SearchView) => boolean {
  const byName = new Map(groups.map((group) => [group.name, group]));
  return (view) => {
    const { ModelPackage: version } = view.record() as { ModelPackage: ModelPackage };
    const group = byName.get(version.ModelPackageGroupName!)!;
    const {
      ModelPackageArn: arn,
      CustomerMetadataProperties: customerMetadata,
      ModelLifeCycle: lifeCycle,
      Tags: tags = [],
    } = version;
    const facts = () => ({
      ...{ tags, groupTags: parseTags(group.tags) },
      ...(customerMetadata && { customerMetadata }),
      ...(lifeCycle && { lifeCycle }),
    });
    const { policy, sharePolicy } = groupAccess(group, call.partition);
    const target = { arn: arn!, policy: policy ?? null, sharePolicy: sharePolicy ?? null, facts };
    return access.allows(target, 'DescribeModelPackage');
  };
}
