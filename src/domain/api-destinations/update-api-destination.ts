import { UpdateApiDestination } from '../../contracts/events.gen.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { changedMembers } from '../journal/changed-members.ts';
import { operation } from '../operation.ts';
import { checkEndpoint, destinationDetails, destinationState } from './api-destination.ts';
import { connectionStateOf, saveDestination } from './api-destination-store.ts';
import { namedDestinationArn, targetDestination } from './destination-target.ts';

/** Changes an API destination: what is left out stays. */
export const updateApiDestination = operation(UpdateApiDestination, {
  effect: 'write',
  resource: (input, call) => namedDestinationArn(input, call),
  find: (input, context) => targetDestination(context, input),
  check: (input, call) => checkEndpoint(input.InvocationEndpoint, call, 'update'),
  async run(input, { tx, call, journal, found: row }) {
    const { partition } = call;
    const connectionArn = input.ConnectionArn ?? row.connection_arn;
    const connection_state = await connectionStateOf(tx, call, connectionArn);
    if (input.ConnectionArn !== undefined && connection_state === null) {
      throw new Refusal('missing', `Connection '${input.ConnectionArn}' does not exist.`);
    }
    const next = {
      ...row,
      connection_state,
      connection_arn: connectionArn,
      description: input.Description ?? row.description,
      endpoint: input.InvocationEndpoint ?? row.endpoint,
      method: input.HttpMethod ?? row.method,
      rate_limit: input.InvocationRateLimitPerSecond ?? row.rate_limit,
      modified_at: call.now,
    };
    await saveDestination(tx, next);
    const [before, after] = [row, next].map((one) => ({ ...destinationDetails(one, partition) }));
    const state = destinationState(next, partition);
    journal.record({ resourceArn: state.ApiDestinationArn, ...changedMembers(before!, after!) });
    return state;
  },
});
