import { DescribeArchive } from '../../contracts/events.gen.ts';
import { operation } from '../operation.ts';
import { archiveArn, archiveDetails } from './event-archive.ts';
import { targetArchive } from './event-archive-target.ts';

/** Describes an archive; its counts are exact. */
export const describeArchive = operation(DescribeArchive, {
  effect: 'read',
  resource: ({ ArchiveName }, call) => archiveArn(call, ArchiveName, call.partition),
  find: ({ ArchiveName }, context) => targetArchive(context, ArchiveName),
  run: (_, { call, found }) => Promise.resolve(archiveDetails(found, call.partition)),
});
