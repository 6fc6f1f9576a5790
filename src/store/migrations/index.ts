import type { Migration } from '../migration.ts';
import { registry } from './0001-registry.ts';
import { identity } from './0002-identity.ts';
import { policies } from './0003-policies.ts';
import { sealing } from './0004-sealing.ts';
import { readRecords } from './0005-read-records.ts';
import { accounts } from './0006-accounts.ts';
import { resourceShares } from './0007-resource-shares.ts';
import { events } from './0008-events.ts';
import { journalPrunes } from './0009-journal-prunes.ts';

/** Every migration, oldest first. */
export const migrations: readonly Migration[] = [
  registry,
  identity,
  policies,
  sealing,
  readRecords,
  accounts,
  resourceShares,
  events,
  journalPrunes,
];
