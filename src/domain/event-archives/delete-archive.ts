import { DeleteArchive } from '../../contracts/events.gen.ts';
import { busArn } from '../event-buses/event-bus.ts';
import { countEventRevision } from '../event-rules/event-revision-store.ts';
import { nothing, operation } from '../operation.ts';
import { archiveArn, busOfArchive, toldArchive } from './event-archive.ts';
import { removeArchive } from './event-archive-store.ts';
import { targetArchive } from './event-archive-target.ts';

/** Deletes an archive; replays out of it fail. */
export const deleteArchive = operation(DeleteArchive, {
  effect: 'write',
  resource: ({ ArchiveName }, call) => archiveArn(call, ArchiveName, call.partition),
  find: ({ ArchiveName }, context) => targetArchive(context, ArchiveName),
  async run(_, { tx, call, journal, found: archive }) {
    await removeArchive(tx, archive.id, call.now);
    await countEventRevision(tx);
    journal.record({
      resourceArn: archiveArn(call, archive.name, call.partition),
      before: {
        EventSourceArn: busArn(busOfArchive(archive), call.partition),
        ...toldArchive(archive),
      },
    });
    return nothing;
  },
});
