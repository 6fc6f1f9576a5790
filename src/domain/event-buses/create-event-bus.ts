import { CreateEventBus } from '../../contracts/events.gen.ts';
import { limits } from '../../kernel/limits.ts';
import { Refusal, refuseInvalid } from '../../kernel/refusal.ts';
import { lockAccount } from '../accounts/account-store.ts';
import { countEventRevision } from '../event-rules/event-revision-store.ts';
import { operation } from '../operation.ts';
import { checkTags, mergeTags } from '../tags/tag-list.ts';
import { busArn, checkBusSettings, ownBus, takenBus, tooMany } from './event-bus.ts';
import { countBuses, findBus, insertBus } from './event-bus-store.ts';

/** Creates a bus of the caller's own; there are no partners whose events another could carry. */
export const createEventBus = operation(CreateEventBus, {
  effect: 'write',
  resource: (input, call) => busArn(ownBus(input.Name, call), call.partition),
  check(input) {
    checkTags(input.Tags ?? []);
    checkBusSettings(input);
    if (input.EventSourceName !== undefined) {
      throw new Refusal('missing', `Event source ${input.EventSourceName} does not exist.`);
    }
    if (input.Name.includes('/')) refuseInvalid("Event bus name must not contain '/'.");
  },
  async run(input, { tx, call, journal }) {
    const { Name, Tags = [], Description, DeadLetterConfig, LogConfig } = input;
    const bus = ownBus(Name, call);
    await lockAccount(tx, call);
    if (await findBus(tx, bus)) throw takenBus(Name);
    if ((await countBuses(tx, call)) >= limits.eventBusesPerAccountMax) throw tooMany();
    const described = {
      ...(Description && { Description }),
      ...(DeadLetterConfig && { DeadLetterConfig }),
      ...(LogConfig && { LogConfig }),
    };
    const { Description: _, ...document } = described;
    await insertBus(tx, {
      account_id: call.accountId,
      region: call.region,
      name: Name,
      description: Description || null,
      policy: null,
      tags: JSON.stringify(mergeTags([], Tags, 'invalid')),
      document: JSON.stringify(document),
      created_at: call.now,
      modified_at: call.now,
    });
    await countEventRevision(tx);
    const arn = busArn(bus, call.partition);
    journal.record({ resourceArn: arn, after: { Name, ...described, CreationTime: call.now } });
    return { EventBusArn: arn, ...described };
  },
});
