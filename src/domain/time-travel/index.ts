import { describePackageAsOf } from './describe-model-package-as-of.ts';
import { describeGroupAsOf } from './describe-model-package-group-as-of.ts';
import { listPackagesAsOf } from './list-model-packages-as-of.ts';

/** What can be asked of the registry as it was. */
export const timeTravelOperations = [describePackageAsOf, describeGroupAsOf, listPackagesAsOf];
