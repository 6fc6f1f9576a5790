import { PutTargets } from '../../contracts/events.gen.ts';
import { limits } from '../../kernel/limits.ts';
import type { Transaction } from '../../store/database.ts';
import { missingDestination } from '../api-destinations/api-destination.ts';
import { findDestination } from '../api-destinations/api-destination-store.ts';
import { missingBus, tooMany } from '../event-buses/event-bus.ts';
import { seeBus } from '../event-buses/event-bus-store.ts';
import type { Call } from '../call.ts';
import { changedMembers } from '../journal/changed-members.ts';
import { operation } from '../operation.ts';
import { missingWebhook } from '../webhooks/webhook.ts';
import { findWebhook } from '../webhooks/webhook-store.ts';
import { refuseManaged, ruleArnOf } from './event-rule.ts';
import { ruleArn } from './rule-arn.ts';
import { targetRule } from './event-rule-target.ts';
import { countEventRevision } from './event-revision-store.ts';
import {
  checkTargets,
  placeTargets,
  targetRow,
  targetView,
  unservedEntry,
} from './event-target.ts';
import { listTargets, putTarget } from './event-target-store.ts';
import type { TargetPlace } from './target-arn.ts';

/** Gives a rule targets; one of an id that it has takes the place of that one. */
export const putTargets = operation(PutTargets, {
  effect: 'write',
  resource: (input, call) => ruleArnOf({ ...input, Name: input.Rule }, call),
  find: (input, context) => targetRule(context, { ...input, Name: input.Rule }),
  check: (input, call) => checkTargets(input.Targets, call),
  async run({ Targets }, { tx, call, access, journal, found: rule }) {
    refuseManaged(rule);
    const placed = placeTargets(Targets, call);
    const failed = placed.flatMap(unservedEntry);
    const served = placed.filter(({ place }) => place.kind !== 'unserved');
    for (const { target, place } of served) {
      if (target.RoleArn !== undefined) {
        access.requirePassRole(target.RoleArn, 'events.amazonaws.com');
      }
      await requirePlace(tx, place, call);
    }
    const before = (await listTargets(tx, rule.id)).map(targetView);
    const added = new Map(served.map(({ target }) => [target.Id, target]));
    const kept = before.filter(({ Id }) => !added.has(Id));
    if (kept.length + added.size > limits.targetsPerRuleMax) throw tooMany();
    const after = [...kept, ...added.values()].toSorted((one, other) =>
      one.Id < other.Id ? -1 : 1,
    );
    const changed = changedMembers({ Targets: before }, { Targets: after });
    if (changed) {
      for (const target of added.values()) await putTarget(tx, targetRow(rule.id, target));
      await countEventRevision(tx);
      journal.record({ resourceArn: ruleArn(rule, call.partition), ...changed });
    } else journal.unchanged();
    return { FailedEntryCount: failed.length, FailedEntries: failed };
  },
});

/** Refuses what is not there; of another account it is not told. */
async function requirePlace(tx: Transaction, place: TargetPlace, call: Call): Promise<void> {
  switch (place.kind) {
    case 'event-bus': {
      const { bus } = place;
      if (bus.accountId !== call.accountId || (await seeBus(tx, bus))) return;
      throw missingBus(bus.name);
    }
    case 'api-destination': {
      const found = await findDestination(tx, call, place.name);
      if (found?.uuid !== place.uuid) throw missingDestination(place.name);
      return;
    }
    case 'webhook':
      if (!(await findWebhook(tx, call, place.name))) throw missingWebhook(place.name);
      return;
    default:
  }
}
