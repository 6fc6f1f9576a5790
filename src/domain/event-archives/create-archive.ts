import { CreateArchive } from '../../contracts/events.gen.ts';
import { limits } from '../../kernel/limits.ts';
import { lockAccount } from '../accounts/account-store.ts';
import { busArn, checkBusSettings, missingBus, tooMany } from '../event-buses/event-bus.ts';
import { findBus } from '../event-buses/event-bus-store.ts';
import { countEventRevision } from '../event-rules/event-revision-store.ts';
import { parseEventPattern } from '../events/event-pattern.ts';
import { operation } from '../operation.ts';
import {
  archiveArn,
  archiveState,
  resolveSource,
  takenArchive,
  toldArchive,
} from './event-archive.ts';
import { countArchives, findArchive, insertArchive } from './event-archive-store.ts';

/** Has a bus's events kept from now on, so that they can be replayed. */
export const createArchive = operation(CreateArchive, {
  effect: 'write',
  resource: ({ ArchiveName }, call) => archiveArn(call, ArchiveName, call.partition),
  check(input) {
    checkBusSettings(input);
    if (input.EventPattern !== undefined) parseEventPattern(input.EventPattern);
  },
  async run(input, { tx, call, journal }) {
    const { ArchiveName: name, EventSourceArn } = input;
    const source = resolveSource(EventSourceArn, call);
    await lockAccount(tx, call);
    const bus = await findBus(tx, source);
    if (!bus) throw missingBus(source.name);
    if (await findArchive(tx, { ...call, name })) throw takenArchive(name);
    if ((await countArchives(tx, call)) >= limits.archivesPerAccountMax) throw tooMany();
    const row = {
      account_id: call.accountId,
      region: call.region,
      name,
      bus_name: bus.name,
      description: input.Description || null,
      pattern: input.EventPattern ?? null,
      retention_days: input.RetentionDays ?? 0,
      created_at: call.now,
    };
    await insertArchive(tx, row);
    await countEventRevision(tx);
    const state = archiveState(row, call.partition);
    journal.record({
      resourceArn: state.ArchiveArn!,
      after: { EventSourceArn: busArn(source, call.partition), ...toldArchive(row) },
    });
    return state;
  },
});
