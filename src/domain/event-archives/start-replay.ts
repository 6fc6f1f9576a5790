import { StartReplay } from '../../contracts/events.gen.ts';
import { refuseInvalid } from '../../kernel/refusal.ts';
import type { Transaction } from '../../store/database.ts';
import type { EventArchiveRow } from '../../store/event-tables.ts';
import type { Call } from '../call.ts';
import { findBusReference, missingBus } from '../event-buses/event-bus.ts';
import type { BusReference } from '../event-buses/event-bus.ts';
import { seeBus } from '../event-buses/event-bus-store.ts';
import { missingRule, namedRuleArn } from '../event-rules/event-rule.ts';
import { findRule } from '../event-rules/event-rule-store.ts';
import { operation } from '../operation.ts';
import { beginReplay } from './begin-replay.ts';
import { archiveInArn } from './event-archive.ts';
import { findArchive } from './event-archive-store.ts';
import { replayArn } from './event-replay.ts';

/** Sends what an archive kept of a time to the rules of its bus once more, or to some of them. */
export const startReplay = operation(StartReplay, {
  effect: 'write',
  resource: ({ ReplayName }, call) => replayArn(call, ReplayName, call.partition),
  async run(input, context) {
    const { tx, call, access } = context;
    const { Destination: destination, EventSourceArn: sourceArn } = input;
    access.require({ arn: sourceArn });
    const bus = await destinationBus(tx, destination.Arn, call);
    const archive = await sourceArchive(tx, sourceArn, call);
    if (archive.bus_name !== bus.name) {
      refuseInvalid(
        'Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.',
      );
    }
    const filterArns = destination.FilterArns ?? [];
    for (const arn of filterArns) await requireRule(tx, arn, bus, call);
    return beginReplay(context, {
      name: input.ReplayName,
      description: input.Description,
      sourceArn,
      busName: bus.name,
      filterArns,
      startAt: input.EventStartTime,
      endAt: input.EventEndTime,
      position: 0,
    });
  },
});

async function destinationBus(tx: Transaction, arn: string, call: Call): Promise<BusReference> {
  const bus = arn.startsWith('arn:') ? findBusReference(arn, call) : undefined;
  if (bus?.accountId !== call.accountId) {
    refuseInvalid('Parameter Destination.Arn is not valid. Reason: Must contain an event bus ARN.');
  }
  if (!(await seeBus(tx, bus))) throw missingBus(bus.name);
  return bus;
}

async function sourceArchive(tx: Transaction, arn: string, call: Call): Promise<EventArchiveRow> {
  const name = archiveInArn(arn, call);
  const archive = name !== undefined && (await findArchive(tx, { ...call, name }));
  if (archive) return archive;
  const named = arn.slice(arn.indexOf('/') + 1);
  return refuseInvalid(
    `Parameter EventSourceArn is not valid. Reason: Archive ${named} does not exist.`,
  );
}

async function requireRule(
  tx: Transaction,
  arn: string,
  bus: BusReference,
  call: Call,
): Promise<void> {
  const name = arn.slice(arn.lastIndexOf('/') + 1);
  const isOfBus = arn === namedRuleArn(bus, name, call.partition);
  if (isOfBus && (await findRule(tx, { ...bus, busName: bus.name, name }))) return;
  const { message } = missingRule(name, bus);
  refuseInvalid(`Parameter Destination.FilterArns is not valid. Reason: ${message}`);
}
