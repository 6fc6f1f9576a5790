import { getCallerIdentity } from './get-caller-identity.ts';

/** What the security token service does. */
export const stsOperations = [getCallerIdentity];
