import { journalOperations } from './journal/index.ts';
import { modelPackageGroupOperations } from './model-package-groups/index.ts';
import { modelPackageOperations } from './model-packages/index.ts';
import { searchOperations } from './search/index.ts';
import { tagOperations } from './tags/index.ts';

/** Everything that the product can do, feature by feature: the table of contents. */
export const operations = [
  ...modelPackageGroupOperations,
  ...modelPackageOperations,
  ...tagOperations,
  ...searchOperations,
  ...journalOperations,
];
