import { createModelPackageGroup } from './create-model-package-group.ts';
import { deleteModelPackageGroupPolicy } from './delete-model-package-group-policy.ts';
import { deleteModelPackageGroup } from './delete-model-package-group.ts';
import { describeGroup } from './describe-model-package-group.ts';
import { getModelPackageGroupPolicy } from './get-model-package-group-policy.ts';
import { listModelPackageGroups } from './list-model-package-groups.ts';
import { putModelPackageGroupPolicy } from './put-model-package-group-policy.ts';

/** What can be done with model package groups. */
export const modelPackageGroupOperations = [
  createModelPackageGroup,
  describeGroup,
  listModelPackageGroups,
  deleteModelPackageGroup,
  putModelPackageGroupPolicy,
  getModelPackageGroupPolicy,
  deleteModelPackageGroupPolicy,
];
