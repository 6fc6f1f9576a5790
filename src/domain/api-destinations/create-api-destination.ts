import { CreateApiDestination } from '../../contracts/events.gen.ts';
import type { CreateApiDestinationRequest } from '../../contracts/events.gen.ts';
import { randomId } from '../../kernel/id.ts';
import { limits } from '../../kernel/limits.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { SecretBox } from '../../kernel/secret-box.ts';
import type { ApiDestinationRow } from '../../store/event-tables.ts';
import { lockAccount } from '../accounts/account-store.ts';
import type { Call } from '../call.ts';
import { tooMany } from '../event-buses/event-bus.ts';
import { operation } from '../operation.ts';
import { newSigningSecret, sealSigningSecrets } from '../webhooks/signing-secret.ts';
import {
  checkEndpoint,
  destinationBinding,
  destinationDetails,
  destinationState,
  takenDestination,
} from './api-destination.ts';
import {
  connectionStateOf,
  countDestinations,
  findDestination,
  insertDestination,
} from './api-destination-store.ts';
import { namedDestinationArn } from './destination-target.ts';

/** Creates an API destination; its signing secret is told by RotateApiDestinationSecret alone. */
export const createApiDestination = operation(CreateApiDestination, {
  effect: 'write',
  resource: (input, call) => namedDestinationArn(input, call),
  find(input, { call }) {
    const arn = namedDestinationArn(input, call);
    return Promise.resolve({ arn, otherArn: `${arn}/*`, found: undefined });
  },
  check: (input, call) => checkEndpoint(input.InvocationEndpoint, call, 'create'),
  async run(input, { tx, call, journal, secrets }) {
    await lockAccount(tx, call);
    if (await findDestination(tx, call, input.Name)) throw takenDestination(input.Name);
    const connection_state = await connectionStateOf(tx, call, input.ConnectionArn);
    if (connection_state === null) throw missingConnection(input.ConnectionArn);
    if ((await countDestinations(tx, call)) >= limits.apiDestinationsMax) throw tooMany();
    const row = newDestination(input, call, secrets);
    await insertDestination(tx, row);
    const made = { ...row, id: 0, connection_state };
    const state = destinationState(made, call.partition);
    journal.record({
      resourceArn: state.ApiDestinationArn,
      after: { ...destinationDetails(made, call.partition) },
    });
    return state;
  },
});

/** What an endpoint gets a second where nothing is said (AWS). */
const defaultRate = 300;

function newDestination(
  input: CreateApiDestinationRequest,
  call: Call,
  secrets: SecretBox,
): Omit<ApiDestinationRow, 'id'> {
  const scope = { account_id: call.accountId, region: call.region, name: input.Name };
  const secret = { secret: newSigningSecret(), until: null };
  return {
    ...scope,
    uuid: randomId(),
    description: input.Description ?? null,
    connection_arn: input.ConnectionArn,
    endpoint: input.InvocationEndpoint,
    method: input.HttpMethod,
    rate_limit: input.InvocationRateLimitPerSecond ?? defaultRate,
    ...sealSigningSecrets(secrets, [secret], destinationBinding(scope)),
    created_at: call.now,
    modified_at: call.now,
  };
}

function missingConnection(arn: string): Refusal {
  return new Refusal('missing', `Connection '${arn}' does not exist.`);
}
