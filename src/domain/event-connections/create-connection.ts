import { CreateConnection } from '../../contracts/events.gen.ts';
import type { CreateConnectionRequest } from '../../contracts/events.gen.ts';
import { randomId } from '../../kernel/id.ts';
import { limits } from '../../kernel/limits.ts';
import type { SecretBox } from '../../kernel/secret-box.ts';
import type { EventConnectionRow } from '../../store/event-tables.ts';
import { lockAccount } from '../accounts/account-store.ts';
import type { Call } from '../call.ts';
import { tooMany } from '../event-buses/event-bus.ts';
import { operation } from '../operation.ts';
import { namedConnectionArn } from './connection-target.ts';
import {
  checkAuth,
  checkConnectivity,
  connectionBinding,
  connectionDetails,
  connectionState,
  requireAuth,
  sealedAuth,
  takenConnection,
} from './event-connection.ts';
import { countConnections, findConnection, insertConnection } from './event-connection-store.ts';

/**
 * Creates a connection. It is authorized at once whatever its type: a token of OAuth is asked for
 * when the first event is sent.
 */
export const createConnection = operation(CreateConnection, {
  effect: 'write',
  resource: (input, call) => namedConnectionArn(input, call),
  find(input, { call }) {
    const arn = namedConnectionArn(input, call);
    return Promise.resolve({ arn, otherArn: `${arn}/*`, found: undefined });
  },
  check(input, call) {
    checkConnectivity(input);
    checkAuth(input.AuthorizationType, input.AuthParameters, call);
    requireAuth(input.AuthorizationType, input.AuthParameters);
  },
  async run(input, { tx, call, journal, secrets }) {
    await lockAccount(tx, call);
    if (await findConnection(tx, call, input.Name)) throw takenConnection(input.Name);
    if ((await countConnections(tx, call)) >= limits.eventConnectionsMax) throw tooMany();
    const row = newConnection(input, call, secrets);
    await insertConnection(tx, row);
    const made = { ...row, id: 0 };
    const { LastAuthorizedTime: _, ...state } = connectionState(made, call.partition);
    journal.record({
      resourceArn: state.ConnectionArn,
      after: { ...connectionDetails(made, call.partition) },
    });
    return state;
  },
});

function newConnection(
  input: CreateConnectionRequest,
  call: Call,
  secrets: SecretBox,
): Omit<EventConnectionRow, 'id'> {
  const scope = { account_id: call.accountId, region: call.region, name: input.Name };
  return {
    ...scope,
    uuid: randomId(),
    description: input.Description ?? null,
    state: 'AUTHORIZED',
    state_reason: null,
    authorization_type: input.AuthorizationType,
    ...sealedAuth(input.AuthParameters, connectionBinding(scope), secrets),
    created_at: call.now,
    modified_at: call.now,
    authorized_at: call.now,
  };
}
