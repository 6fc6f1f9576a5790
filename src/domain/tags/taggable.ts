import { parseArn } from '../../kernel/arn.ts';
import type { Tag } from '../../contracts/sagemaker.gen.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import type { Target } from '../access/target.ts';
import { groupScope } from '../model-package-groups/model-package-group.ts';
import { saveGroupTags } from '../model-package-groups/model-package-group-store.ts';
import { targetGroup } from '../model-package-groups/model-package-group-target.ts';
import { updatePackage } from '../model-packages/model-package-store.ts';
import { targetPackage } from '../model-packages/model-package-target.ts';
import { resolvePackage } from '../model-packages/model-package.ts';
import type { JournalEvent } from '../journal/journal-entry.ts';
import { groupEvents } from '../model-package-groups/model-package-group-events.ts';
import type { FindContext } from '../operation.ts';
import { checkRegion, missing } from '../resource-reference.ts';
import { modelPackageGroupProperties } from '../search/search-properties.ts';
import { replaceSearchProperties } from '../search/search-property-store.ts';
import { parseTags } from './tag-list.ts';

/** A resource that has tags. */
export interface Taggable {
  readonly arn: string;
  readonly tags: Tag[];
  /** Versions have tags of their own only as an extension. */
  readonly isVersion: boolean;
  save(tags: Tag[]): Promise<void>;
  /** What a change to these tags emits. */
  eventsOf(tags: readonly Tag[]): readonly JournalEvent[];
}

/** The resource that an ARN names, as what a call acts on; its refusal is AWS's for every kind. */
export function targetTaggable(context: FindContext, arnText: string): Promise<Target<Taggable>> {
  const { call } = context;
  const arn = parseArn(arnText);
  if (arn) checkRegion(arn.region, call);
  const isOurs = arn?.service === 'sagemaker' && arn.partition === call.partition;
  const type = isOurs ? arn.resource.split('/', 1)[0]! : '';
  const find = taggables.get(type);
  return find ? find(context, arnText) : Promise.resolve({ arn: arnText, missing: absent() });
}

function absent(): Refusal {
  return missing('Resource does not exist.');
}

type Find = (context: FindContext, arn: string) => Promise<Target<Taggable>>;

/** How each taggable type of resource is found and its tags are kept. */
const taggables = new Map<string, Find>([
  ['model-package-group', findTaggableGroup],
  ['model-package', findTaggablePackage],
]);

async function findTaggableGroup(context: FindContext, arn: string): Promise<Target<Taggable>> {
  const target = await targetGroup(context, arn);
  if ('missing' in target) return { ...target, missing: absent() };
  const { tx, call } = context;
  const { found: group } = target;
  const tags = parseTags(group.tags);
  const owner = {
    ...groupScope(group),
    resource: 'ModelPackageGroup' as const,
    resourceId: group.id,
  };
  const indexed = (list: Tag[]) => ({
    modifiedAt: group.created_at,
    properties: modelPackageGroupProperties(list),
  });
  const taggable: Taggable = {
    arn: target.arn,
    tags,
    isVersion: false,
    async save(next) {
      await saveGroupTags(tx, group.id, JSON.stringify(next));
      await replaceSearchProperties(tx, owner, indexed(tags), indexed(next));
    },
    eventsOf: (next) => groupEvents('TagsChanged', group, next, call),
  };
  return { ...target, found: taggable };
}

async function findTaggablePackage(context: FindContext, arn: string): Promise<Target<Taggable>> {
  const { tx, call } = context;
  const target = await targetPackage(context, resolvePackage(arn, call));
  if ('missing' in target) return { ...target, missing: absent() };
  const { found: row } = target;
  const isVersion = row.version !== null;
  const taggable: Taggable = {
    arn: target.arn,
    // Strict mode does not know the tags that a version got before it was turned on.
    tags: isVersion && call.strictAws ? [] : parseTags(row.tags),
    isVersion,
    save: (next) => updatePackage(tx, row, { ...row, tags: JSON.stringify(next) }),
    // As in AWS: whoever acts on a package acts on its status, not on its labels.
    eventsOf: () => [],
  };
  return { ...target, found: taggable };
}
