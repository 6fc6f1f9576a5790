import type { ResourceFacts } from '../access/condition-keys.ts';
import type { AccessTarget, Target } from '../access/target.ts';
import { findGroup } from '../model-package-groups/model-package-group-store.ts';
import type { FindContext } from '../operation.ts';
import { parseTags } from '../tags/tag-list.ts';
import { findPackage } from './model-package-store.ts';
import type { PackageInGroup } from './model-package-store.ts';
import { isAlias, missingPackage, modelPackageArn } from './model-package.ts';
import type { ModelPackageDocument, PackageReference } from './model-package.ts';

/** The package that a caller names, as what its call acts on; strict mode knows no aliases. */
export async function targetPackage(
  { tx, call }: FindContext,
  reference: PackageReference,
): Promise<Target<PackageInGroup>> {
  const row = await findPackage(tx, reference);
  if (row && !(call.strictAws && isAlias(reference, row))) {
    return { ...packageAccess(row, call.partition), found: row };
  }
  // Whom the group's policy lets in is told that a version is missing.
  const group =
    reference.version === undefined ? undefined : await findGroup(tx, reference, reference.name);
  return {
    arn: reference.arn,
    policy: group?.policy ?? null,
    sharePolicy: group?.share_policy ?? null,
    facts: () => ({ groupTags: group ? parseTags(group.tags) : [] }),
    missing: missingPackage(reference.arn),
  };
}

/** What decides who may act on a package. */
function packageAccess(row: PackageInGroup, partition: string): AccessTarget {
  return {
    arn: modelPackageArn(row, partition),
    policy: row.group_policy,
    sharePolicy: row.group_share_policy,
    facts: () => packageFacts(row),
  };
}

function packageFacts(row: PackageInGroup): Omit<ResourceFacts, 'accountId'> {
  const document = JSON.parse(row.document) as ModelPackageDocument;
  const { CustomerMetadataProperties: customerMetadata, ModelLifeCycle: lifeCycle } = document;
  return {
    tags: parseTags(row.tags),
    ...(row.group_tags !== null && { groupTags: parseTags(row.group_tags) }),
    ...(customerMetadata && { customerMetadata }),
    ...(lifeCycle && { lifeCycle }),
  };
}
