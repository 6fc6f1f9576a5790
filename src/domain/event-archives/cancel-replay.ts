import { CancelReplay } from '../../contracts/events.gen.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { operation } from '../operation.ts';
import { targetReplay } from './event-archive-target.ts';
import { replayArn } from './event-replay.ts';
import { saveProgress } from './event-replay-store.ts';

/** Ends a replay before its time; what it had its targets sent already is still delivered. */
export const cancelReplay = operation(CancelReplay, {
  effect: 'write',
  resource: ({ ReplayName }, call) => replayArn(call, ReplayName, call.partition),
  find: ({ ReplayName }, context) => targetReplay(context, ReplayName),
  async run({ ReplayName }, { tx, call, journal, found: replay }) {
    if (replay.state !== 'STARTING' && replay.state !== 'RUNNING') {
      throw new Refusal(
        'conflict',
        `Replay ${ReplayName} is not in a valid state for this operation.`,
        { code: 'IllegalStatusException' },
      );
    }
    const state = 'CANCELLING' as const;
    await saveProgress(tx, { ...replay, state });
    const arn = replayArn(call, ReplayName, call.partition);
    journal.record({
      resourceArn: arn,
      before: { State: replay.state },
      after: { State: state },
    });
    return { ReplayArn: arn, State: state };
  },
});
