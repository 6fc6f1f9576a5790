import { batchDescribeModelPackage } from './batch-describe-model-package.ts';
import { createModelPackage } from './create-model-package.ts';
import { deleteModelPackage } from './delete-model-package.ts';
import { describePackage } from './describe-model-package.ts';
import { listModelPackages } from './list-model-packages.ts';
import { updateModelPackage } from './update-model-package.ts';

/** What can be done with model packages, versioned and unversioned. */
export const modelPackageOperations = [
  createModelPackage,
  describePackage,
  updateModelPackage,
  deleteModelPackage,
  listModelPackages,
  batchDescribeModelPackage,
];
