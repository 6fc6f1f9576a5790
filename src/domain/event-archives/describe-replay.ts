import { DescribeReplay } from '../../contracts/events.gen.ts';
import { operation } from '../operation.ts';
import { targetReplay } from './event-archive-target.ts';
import { replayArn, replayDetails } from './event-replay.ts';

/** Describes a replay, and how far it has come. */
export const describeReplay = operation(DescribeReplay, {
  effect: 'read',
  resource: ({ ReplayName }, call) => replayArn(call, ReplayName, call.partition),
  find: ({ ReplayName }, context) => targetReplay(context, ReplayName),
  run: (_, { call, found }) => Promise.resolve(replayDetails(found, call.partition)),
});
