import { parseArn } from '../../kernel/arn.ts';
import type { Tag } from '../../contracts/sagemaker.gen.ts';
import type { Transaction } from '../../store/database.ts';
import { modelPackageGroupArn, resolveGroup } from '../model-package-groups/model-package-group.ts';
import { findGroup, saveGroupTags } from '../model-package-groups/model-package-group-store.ts';
import { findPackage, updatePackage } from '../model-packages/model-package-store.ts';
import { isAlias, modelPackageArn, resolvePackage } from '../model-packages/model-package.ts';
import type { Call } from '../call.ts';
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
  const isOurs = arn?.service === 'sagemaker' && arn.partition === call.partition;
  const type = isOurs ? arn.resource.split('/', 1)[0]! : '';
  const found = await taggables.get(type)?.(tx, arnText, call);
  if (!found) throw missing('Resource does not exist.');
  return found;
}

type Find = (tx: Transaction, arn: string, call: Call) => Promise<Taggable | undefined>;

/** How each taggable type of resource is found and its tags are kept. */
const taggables = new Map<string, Find>([
  ['model-package-group', findTaggableGroup],
  ['model-package', findTaggablePackage],
]);

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
    arn: modelPackageGroupArn(group, call.partition),
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
  const reference = resolvePackage(arn, call);
  const row = await findPackage(tx, reference);
  if (!row || (call.strictAws && isAlias(reference, row))) return undefined;
  const isVersion = row.version !== null;
  return {
    arn: modelPackageArn(row, call.partition),
    // Strict mode does not know the tags that a version got before it was turned on.
    tags: isVersion && call.strictAws ? [] : parseTags(row.tags),
    isVersion,
    save: (next) => updatePackage(tx, row, { ...row, tags: JSON.stringify(next) }),
  };
}
