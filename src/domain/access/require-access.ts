import { parseArn } from '../../kernel/arn.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { Call } from '../call.ts';

/**
 * Refuses a call that its principal may not make on a resource (`*` when it has none).
 *
 * A root user may do everything within its own account and nothing outside; the wording is AWS's.
 */
export function requireAccess(call: Call, resourceArn: string): void {
  const owner = parseArn(resourceArn)?.accountId;
  if (owner === undefined || owner === call.principal.accountId) return;
  const action = `${call.service}:${call.operation}`;
  throw new Refusal(
    'denied',
    `User: ${call.principal.arn} is not authorized to perform: ${action} on resource: ` +
      `${resourceArn} because no resource-based policy allows the ${action} action`,
  );
}
