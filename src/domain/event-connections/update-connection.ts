import { UpdateConnection } from '../../contracts/events.gen.ts';
import { operation } from '../operation.ts';
import { changedMembers } from '../journal/changed-members.ts';
import { namedConnectionArn, targetConnection } from './connection-target.ts';
import {
  checkAuth,
  checkConnectivity,
  connectionArn,
  connectionBinding,
  connectionDetails,
  connectionState,
  mergeAuth,
  openAuth,
  requireAuth,
  scopeOf,
  sealedAuth,
} from './event-connection.ts';
import { saveConnection } from './event-connection-store.ts';

/** Changes a connection: what is left out stays, the secrets too. It is authorized again by it. */
export const updateConnection = operation(UpdateConnection, {
  effect: 'write',
  resource: (input, call) => namedConnectionArn(input, call),
  find: (input, context) => targetConnection(context, input),
  check: (input) => checkConnectivity(input),
  async run(input, { tx, call, journal, secrets, found: row }) {
    const type = input.AuthorizationType ?? row.authorization_type;
    checkAuth(type, input.AuthParameters ?? {}, call);
    const parameters = mergeAuth(type, openAuth(row, secrets) ?? {}, input.AuthParameters);
    requireAuth(type, parameters);
    const next = {
      ...row,
      description: input.Description ?? row.description,
      state: 'AUTHORIZED' as const,
      state_reason: null,
      authorization_type: type,
      ...sealedAuth(parameters, connectionBinding(row), secrets),
      modified_at: call.now,
      authorized_at: call.now,
    };
    await saveConnection(tx, next);
    const { partition } = call;
    const [before, after] = [row, next].map((one) => ({ ...connectionDetails(one, partition) }));
    journal.record({
      resourceArn: connectionArn(scopeOf(row), row, partition),
      ...changedMembers(before!, after!),
    });
    return connectionState(next, partition);
  },
});
