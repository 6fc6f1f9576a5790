import { limits } from '../../kernel/limits.ts';
import { Refusal, refuseInvalid } from '../../kernel/refusal.ts';
import type { EventReplayRow } from '../../store/event-tables.ts';
import { lockAccount } from '../accounts/account-store.ts';
import { tooMany } from '../event-buses/event-bus.ts';
import type { OperationContext } from '../operation.ts';
import { replayArn, toldReplay } from './event-replay.ts';
import { countRunningReplays, findReplay, insertReplay } from './event-replay-store.ts';

/** What a replay is asked for. */
export interface AskedReplay {
  readonly name: string;
  readonly description: string | undefined;
  readonly sourceArn: string;
  readonly busName: string;
  readonly filterArns: readonly string[];
  readonly startAt: number;
  readonly endAt: number;
  /** The place in the log after which it begins. */
  readonly position: number;
}

/** Begins a replay; whoever holds the lease on the log goes on with it. */
export async function beginReplay(
  { tx, call, journal }: Pick<OperationContext, 'tx' | 'call' | 'journal'>,
  asked: AskedReplay,
) {
  const { name } = asked;
  if (asked.startAt >= asked.endAt) {
    refuseInvalid(
      'Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.',
    );
  }
  await lockAccount(tx, call);
  if (await findReplay(tx, { ...call, name })) {
    throw new Refusal('exists', `Replay ${name} already exists.`);
  }
  if ((await countRunningReplays(tx, call)) >= limits.replaysAtOnceMax) throw tooMany();
  const row = newReplay(asked, call);
  await insertReplay(tx, row);
  const arn = replayArn(call, name, call.partition);
  journal.record({
    resourceArn: arn,
    after: toldReplay({ ...row, ...justBegun, id: 0 }, call.partition),
  });
  return { ReplayArn: arn, State: justBegun.state, ReplayStartTime: call.now };
}

const justBegun = {
  state: 'STARTING',
  state_reason: null,
  replayed_until: null,
  ended_at: null,
} as const satisfies Partial<EventReplayRow>;

function newReplay(asked: AskedReplay, call: OperationContext['call']) {
  return {
    account_id: call.accountId,
    region: call.region,
    name: asked.name,
    description: asked.description || null,
    source_arn: asked.sourceArn,
    bus_name: asked.busName,
    filter_arns: JSON.stringify(asked.filterArns),
    start_at: asked.startAt,
    end_at: asked.endAt,
    position: asked.position,
    started_at: call.now,
  };
}
