import type { TriedDelivery } from '../domain/deliveries/delivery-store.ts';
import type { DeliveryRow } from '../store/event-tables.ts';
import type { Outcome, TargetKind } from './targets/target.ts';

/** A delivery that is given up, and the queue that is to keep it. */
export interface GivenUp {
  readonly row: DeliveryRow;
  readonly tried: TriedDelivery;
  readonly arn: string;
  readonly body: string;
  readonly kinds: readonly TargetKind[];
  readonly signal: AbortSignal;
}

/** The dead-letter queue of a target, if it has one. */
export function deadLetterArn(target: Readonly<Record<string, unknown>>): string | undefined {
  const { Arn: arn } = (target['DeadLetterConfig'] ?? {}) as { readonly Arn?: string };
  return arn;
}

/** Has a queue keep what is given up; what it does not keep is FAILED, and says why. */
export async function keepDeadLetter(given: GivenUp): Promise<TriedDelivery> {
  const { tried, arn } = given;
  const outcome = await send(given);
  if (outcome.kind === 'delivered') return { ...tried, state: 'DEAD_LETTERED' };
  const why = outcome.kind === 'wait' ? 'Its rate allows no more.' : outcome.message;
  const told = `${tried.error_message ?? ''} Not kept by ${arn}: ${why}`.trim();
  return { ...tried, error_message: told };
}

async function send({ row, tried, arn, body, kinds, signal }: GivenUp): Promise<Outcome> {
  const kind = kinds.find((one) => one.sendDeadLetter && one.serves(arn));
  if (!kind?.sendDeadLetter) return unreachable;
  try {
    return await kind.sendDeadLetter({
      accountId: row.account_id,
      region: row.region,
      arn,
      body,
      attributes: attributesOf(row, tried),
      signal,
    });
  } catch {
    return { kind: 'never', errorCode: 'INTERNAL_ERROR', message: 'An internal error occurred.' };
  }
}

const unreachable: Outcome = {
  kind: 'never',
  errorCode: 'NO_RESOURCE',
  message: 'Queues of this kind cannot be reached from here.',
};

function attributesOf(row: DeliveryRow, tried: TriedDelivery): Record<string, string> {
  return {
    RULE_ARN: row.rule_arn,
    TARGET_ARN: row.target_arn,
    ERROR_CODE: tried.error_code ?? 'UNKNOWN',
    ERROR_MESSAGE: tried.error_message ?? '',
    RETRY_ATTEMPTS: String(Math.max(0, tried.round_attempts - 1)),
    ...(tried.exhausted !== null && { EXHAUSTED_RETRY_CONDITION: tried.exhausted }),
  };
}
