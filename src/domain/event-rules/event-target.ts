import type { PutTargetsResultEntry, Target } from '../../contracts/events.gen.ts';
import { parseArn } from '../../kernel/arn.ts';
import { refuseInvalid } from '../../kernel/refusal.ts';
import type { EventTargetRow } from '../../store/event-tables.ts';
import type { Call } from '../call.ts';
import { checkRoleArn } from './event-rule.ts';
import { checkInput } from './input-transformer.ts';
import { readTargetArn } from './target-arn.ts';
import type { TargetPlace } from './target-arn.ts';

/** A target that a caller gives, and where it leads. */
export interface PlacedTarget {
  readonly target: Target;
  readonly place: TargetPlace;
}

/** Refuses targets of which one is not well said, or that bear one id twice. */
export function checkTargets(targets: readonly Target[], call: Call): void {
  const ids = new Set<string>();
  for (const target of targets) {
    if (ids.has(target.Id)) refuseInvalid(`Duplicate target Id '${target.Id}'.`);
    ids.add(target.Id);
    checkTarget(target, call);
  }
}

function checkTarget(target: Target, call: Call): void {
  const { Arn, RoleArn, DeadLetterConfig } = target;
  const place = readTargetArn(Arn, call);
  if (RoleArn === undefined && needsRole(place, call)) {
    refuseInvalid(`RoleArn is required for target ${Arn}.`);
  }
  checkRoleArn(RoleArn, call);
  checkInput(target);
  const queue = DeadLetterConfig?.Arn;
  const queueArn = queue === undefined ? undefined : parseArn(queue);
  if (queue !== undefined && (queueArn?.service !== 'sqs' || queueArn.region !== call.region)) {
    refuseInvalid(
      `Parameter ${queue} is not valid. Reason: A dead-letter queue is an SQS queue of the region.`,
    );
  }
}

/** As in AWS: what is of another account or region, and HTTP. */
function needsRole(place: TargetPlace, { accountId, region }: Call): boolean {
  if (place.kind === 'api-destination') return true;
  return (
    place.kind === 'event-bus' && (place.bus.accountId !== accountId || place.bus.region !== region)
  );
}

/** Targets with where they lead; `checkTargets` has found nothing wrong with them. */
export function placeTargets(targets: readonly Target[], call: Call): PlacedTarget[] {
  return targets.map((target) => ({ target, place: readTargetArn(target.Arn, call) }));
}

/** What PutTargets says of a target that is well said and leads where nothing is delivered to. */
export function unservedEntry({ target, place }: PlacedTarget): PutTargetsResultEntry[] {
  if (place.kind !== 'unserved') return [];
  return [
    {
      TargetId: target.Id,
      ErrorCode: 'ValidationException',
      ErrorMessage:
        `This registry does not deliver to ${place.service}: no endpoint of the service is ` +
        'configured. Targets can be event buses, API destinations and webhooks.',
    },
  ];
}

/** A target as PutTargets has it, for its row. */
export function targetRow(ruleId: number, target: Target): EventTargetRow {
  const document = JSON.stringify(target);
  return { rule_id: ruleId, target_id: target.Id, arn: target.Arn, document };
}

/** A target as answers show it. */
export function targetView({ document }: EventTargetRow): Target {
  return JSON.parse(document) as Target;
}
