import { UpdateArchive } from '../../contracts/events.gen.ts';
import { refuseInvalid } from '../../kernel/refusal.ts';
import { checkBusSettings } from '../event-buses/event-bus.ts';
import { countEventRevision } from '../event-rules/event-revision-store.ts';
import { parseEventPattern } from '../events/event-pattern.ts';
import { changedMembers } from '../journal/changed-members.ts';
import { operation } from '../operation.ts';
import { archiveArn, archiveState, toldArchive } from './event-archive.ts';
import { saveArchive } from './event-archive-store.ts';
import { targetArchive } from './event-archive-target.ts';

/** Changes what an archive keeps, and for how long; what is left out stays. */
export const updateArchive = operation(UpdateArchive, {
  effect: 'write',
  resource: ({ ArchiveName }, call) => archiveArn(call, ArchiveName, call.partition),
  find: ({ ArchiveName }, context) => targetArchive(context, ArchiveName),
  check(input) {
    const { Description, EventPattern, RetentionDays } = input;
    checkBusSettings(input);
    if (Description === undefined && EventPattern === undefined && RetentionDays === undefined) {
      refuseInvalid('At least one of EventPattern, RetentionDays or Description must be provided.');
    }
    if (EventPattern !== undefined) parseEventPattern(EventPattern);
  },
  async run(input, { tx, call, journal, found: archive }) {
    const { Description = archive.description, EventPattern = archive.pattern } = input;
    const changed = {
      ...archive,
      description: Description || null,
      pattern: EventPattern,
      retention_days: input.RetentionDays ?? archive.retention_days,
    };
    const change = changedMembers(toldArchive(archive), toldArchive(changed));
    const state = archiveState(archive, call.partition);
    if (change) {
      await saveArchive(tx, changed);
      await countEventRevision(tx);
      journal.record({ resourceArn: state.ArchiveArn!, ...change });
    } else {
      journal.unchanged();
    }
    return state;
  },
});
