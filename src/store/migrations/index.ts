import type { Migration } from '../migration.ts';
import { registry } from './0001-registry.ts';
import { identity } from './0002-identity.ts';

/** Every migration, oldest first. */
export const migrations: readonly Migration[] = [registry, identity];
