import type { Tag } from '../../contracts/events.gen.ts';
import { parseArn } from '../../kernel/arn.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { Target } from '../access/target.ts';
import { changeBus } from '../event-buses/change-bus.ts';
import { targetBus } from '../event-buses/event-bus-target.ts';
import { defaultBusName } from '../event-buses/event-bus.ts';
import { changeRule } from '../event-rules/change-rule.ts';
import { refuseManaged } from '../event-rules/event-rule.ts';
import { targetRuleOn } from '../event-rules/event-rule-target.ts';
import type { FindContext, OperationContext } from '../operation.ts';
import { parseTags } from '../tags/tag-list.ts';

/** A rule or a bus, which alone have tags in EventBridge. */
export interface EventTaggable {
  readonly tags: Tag[];
  /** Writes and records other tags. */
  save(context: Pick<OperationContext, 'tx' | 'call' | 'journal'>, tags: Tag[]): Promise<void>;
}

/** The rule or bus that an ARN names, as what a call acts on. */
export async function targetEventTaggable(
  context: FindContext,
  arnText: string,
): Promise<Target<EventTaggable>> {
  const arn = parseArn(arnText);
  const { call } = context;
  const isOurs =
    arn?.service === 'events' && arn.partition === call.partition && arn.region === call.region;
  const [, type, name] = /^(event-bus|rule)\/(.+)$/.exec(isOurs ? arn.resource : '') ?? [];
  if (!arn || type === undefined || name === undefined) {
    const message = `Parameter ResourceARN is not valid. Reason: Rules and event buses have tags.`;
    return { arn: arnText, missing: new Refusal('invalid', message) };
  }
  if (type === 'event-bus') return findTaggableBus(context, { ...arn, name });
  const slash = name.lastIndexOf('/');
  const busName = slash < 0 ? defaultBusName : name.slice(0, slash);
  return findTaggableRule(context, { ...arn, name: busName }, name.slice(slash + 1));
}

type BusOf = Parameters<typeof targetBus>[1];

async function findTaggableBus(context: FindContext, bus: BusOf): Promise<Target<EventTaggable>> {
  const target = await targetBus(context, bus);
  if ('missing' in target) return target;
  const { found: row } = target;
  const taggable: EventTaggable = {
    tags: parseTags(row.tags),
    async save(of, tags) {
      await changeBus(of, row, { tags: JSON.stringify(tags) });
    },
  };
  return { ...target, found: taggable };
}

async function findTaggableRule(
  context: FindContext,
  bus: BusOf,
  name: string,
): Promise<Target<EventTaggable>> {
  const target = await targetRuleOn(context, bus, name);
  if ('missing' in target) return target;
  const { found: row } = target;
  const taggable: EventTaggable = {
    tags: parseTags(row.tags),
    async save(of, tags) {
      refuseManaged(row);
      await changeRule(of, row, { tags: JSON.stringify(tags) });
    },
  };
  return { ...target, found: taggable };
}
