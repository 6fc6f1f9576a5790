import type { Migration } from '../migration.ts';
import { registry } from './0001-registry.ts';

/** Every migration, oldest first. */
export const migrations: readonly Migration[] = [registry];
