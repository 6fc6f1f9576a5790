import { accessKeyOperations } from './access-keys/index.ts';
import { accountOverviewOperations } from './account-overview/index.ts';
import { accountOperations } from './accounts/index.ts';
import { apiDestinationOperations } from './api-destinations/index.ts';
import { cloudTrailOperations } from './cloudtrail/index.ts';
import { deliveryOperations } from './deliveries/index.ts';
import { eventArchiveOperations } from './event-archives/index.ts';
import { eventBusOperations } from './event-buses/index.ts';
import { eventConnectionOperations } from './event-connections/index.ts';
import { eventRuleOperations } from './event-rules/index.ts';
import { eventTagOperations } from './event-tags/index.ts';
import { eventOperations } from './events/index.ts';
import { groupOperations } from './groups/index.ts';
import { journalOperations } from './journal/index.ts';
import { modelPackageGroupOperations } from './model-package-groups/index.ts';
import { modelPackageOperations } from './model-packages/index.ts';
import { policyOperations } from './policies/index.ts';
import { policySimulationOperations } from './policy-simulation/index.ts';
import { resourceShareOperations } from './resource-shares/index.ts';
import { roleOperations } from './roles/index.ts';
import { sealingOperations } from './sealing/index.ts';
import { searchOperations } from './search/index.ts';
import { stsOperations } from './sts/index.ts';
import { tagOperations } from './tags/index.ts';
import { timeTravelOperations } from './time-travel/index.ts';
import { userOperations } from './users/index.ts';
import { webhookOperations } from './webhooks/index.ts';

/** Everything that the product can do, feature by feature: the table of contents. */
export const operations = [
  ...modelPackageGroupOperations,
  ...modelPackageOperations,
  ...tagOperations,
  ...searchOperations,
  ...journalOperations,
  ...cloudTrailOperations,
  ...sealingOperations,
  ...timeTravelOperations,
  ...userOperations,
  ...accessKeyOperations,
  ...groupOperations,
  ...policyOperations,
  ...accountOverviewOperations,
  ...roleOperations,
  ...policySimulationOperations,
  ...stsOperations,
  ...accountOperations,
  ...resourceShareOperations,
  ...eventArchiveOperations,
  ...eventBusOperations,
  ...eventRuleOperations,
  ...eventTagOperations,
  ...eventOperations,
  ...eventConnectionOperations,
  ...apiDestinationOperations,
  ...webhookOperations,
  ...deliveryOperations,
];
