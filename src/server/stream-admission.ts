import type { StreamEventsOutput } from '../contracts/imprimatur-event-log.ts';
import { CallerAccess } from '../domain/access/require-access.ts';
import type { Call } from '../domain/call.ts';
import type { AnyOperation } from '../domain/operation.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Database } from '../store/database.ts';
import type { AccessKeys } from './access-keys.ts';
import type { StreamAdmission } from './event-streams.ts';

/** A call that was carried out, and that its caller must be allowed for as long as it streams. */
export interface StreamingCall {
  readonly operation: AnyOperation;
  readonly call: Call;
  readonly input: Record<string, unknown>;
  readonly output: Record<string, unknown>;
  readonly sessionToken: string | undefined;
}

interface AdmissionParts {
  readonly database: Database;
  readonly accessKeys: AccessKeys;
  readonly clock: Clock;
}

/** Lets a caller's stream begin, and asks as often as it is wanted whether it may go on. */
export function admission(streaming: StreamingCall, parts: AdmissionParts): StreamAdmission {
  const { call, input, output } = streaming;
  const pattern = input['EventPattern'];
  return {
    call,
    pattern: typeof pattern === 'string' ? pattern : undefined,
    output: output as unknown as StreamEventsOutput,
    isStillAllowed: () => isStillAllowed(streaming, parts),
  };
}

async function isStillAllowed(
  { operation, call, input, sessionToken }: StreamingCall,
  { database, accessKeys, clock }: AdmissionParts,
): Promise<boolean> {
  const now = clock.now();
  const key = await accessKeys.find(call.accessKeyId, sessionToken);
  if (!key?.active || (key.expiresAt !== undefined && key.expiresAt <= now)) return false;
  const again = { ...call, principal: key.principal, now };
  const access = new CallerAccess(again, input, key.policies);
  const target = await database.read(async (tx) => operation.find?.(input, { tx, call: again }));
  return target !== undefined && !('missing' in target) && access.allows(target, call.operation);
}
