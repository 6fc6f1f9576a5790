import { assumeRole } from './assume-role.ts';
import { getAccessKeyInfo } from './get-access-key-info.ts';
import { getCallerIdentity } from './get-caller-identity.ts';
import { getSessionToken } from './get-session-token.ts';

/** What the security token service does. */
export const stsOperations = [assumeRole, getSessionToken, getCallerIdentity, getAccessKeyInfo];
