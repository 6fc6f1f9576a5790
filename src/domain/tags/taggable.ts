import { parseArn } from '../../kernel/arn.ts';
import type { Tag } from '../../contracts/sagemaker.gen.ts';
import type { Transaction } from '../../store/database.ts';
import { resolveGroup } from '../model-package-groups/model-package-group.ts';
import { findGroup, saveGroupTags } from '../model-package-groups/model-package-group-store.ts';
import { findPackage, updatePackage } from '../model-packages/model-package-store.ts';
import { modelPackageArn, resolvePackage } from '../model-packages/model-package.ts';
import type { Call } from '../operation.ts';
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
}

/** The resource that an ARN names; its refusal is AWS's for every kind. */
export async function requireTaggable(
  tx: Transaction,
  arnText: string,
  call: Call,
): Promise<Taggable> {
  const arn = parseArn(arnText);
  if (arn) checkRegion(arn.region, call);
  const type = arn?.service === 'sagemaker' ? arn.resource.split('/', 1)[0] : undefined;
  const found = await taggables[type ?? '']?.(tx, arnText, call);
  if (!found) throw missing('Resource does not exist.');
  return found;
}

type Find = (tx: Transaction, arn: string, call: Call) => Promise<Taggable | undefined>;

/** How each taggable type of resource is found and its tags are kept. */
const taggables: Record<string, Find> = {
  'model-package-group': findTaggableGroup,
  'model-package': findTaggablePackage,
};

async function findTaggableGroup(
  tx: Transaction,
  arn: string,
  call: Call,
): Promise<Taggable | undefined> {
  const reference = resolveGroup(arn, call);
  const group = await findGroup(tx, reference, reference.name);
  if (!group) return undefined;
  const tags = parseTags(group.tags);
  const owner = { ...reference, resource: 'ModelPackageGroup' as const, resourceId: group.id };
  const indexed = (list: Tag[]) => ({
    modifiedAt: group.created_at,
    properties: modelPackageGroupProperties(list),
  });
  return {
    arn: reference.arn,
    tags,
    isVersion: false,
    async save(next) {
      await saveGroupTags(tx, group.id, JSON.stringify(next));
      await replaceSearchProperties(tx, owner, indexed(tags), indexed(next));
    },
  };
}

async function findTaggablePackage(
  tx: Transaction,
  arn: string,
  call: Call,
): Promise<Taggable | undefined> {
  const row = await findPackage(tx, resolvePackage(arn, call));
  if (!row) return undefined;
  return {
    arn: modelPackageArn(row, call.partition),
    tags: parseTags(row.tags),
    isVersion: row.version !== null,
    save: (next) => updatePackage(tx, row, { ...row, tags: JSON.stringify(next) }),
  };
}
