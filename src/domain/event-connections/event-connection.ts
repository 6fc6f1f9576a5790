import type {
  Connection,
  ConnectionAuthorizationType,
  ConnectionAuthResponseParameters,
  CreateConnectionAuthRequestParameters,
  DescribeConnectionResponse,
  UpdateConnectionAuthRequestParameters,
  UpdateConnectionRequest,
} from '../../contracts/events.gen.ts';
import { formatArn } from '../../kernel/arn.ts';
import { derivedId } from '../../kernel/id.ts';
import { Refusal, refuseInvalid } from '../../kernel/refusal.ts';
import type { SecretBox } from '../../kernel/secret-box.ts';
import type { EventConnectionRow } from '../../store/event-tables.ts';
import type { Call } from '../call.ts';
import { eventsArn } from '../event-buses/event-bus.ts';
import type { Scope } from '../resource-reference.ts';
import { isEndpoint } from './endpoint.ts';
import { shownHttp, updatedHttp } from './http-parameters.ts';

/** How an endpoint is signed in to, secrets included. */
export type AuthParameters = CreateConnectionAuthRequestParameters;

/** A connection's ARN; without its row as policies name it. */
export function connectionArn(
  scope: Scope,
  { name, uuid }: { readonly name: string; readonly uuid?: string },
  partition: string,
): string {
  return eventsArn(scope, partition, `connection/${name}${uuid === undefined ? '' : `/${uuid}`}`);
}

/** The account and region of a row. */
export function scopeOf(row: { readonly account_id: string; readonly region: string }): Scope {
  return { accountId: row.account_id, region: row.region };
}

/** What a connection's secrets are sealed together with. */
export function connectionBinding(
  row: Pick<EventConnectionRow, 'account_id' | 'region' | 'name'>,
): string {
  return `connection ${row.name} of account ${row.account_id} in ${row.region}`;
}

/** The member that holds what a way of signing in needs. */
const parametersOf = {
  BASIC: 'BasicAuthParameters',
  API_KEY: 'ApiKeyAuthParameters',
  OAUTH_CLIENT_CREDENTIALS: 'OAuthParameters',
} as const satisfies Record<ConnectionAuthorizationType, keyof AuthParameters>;

/** The parameters of an update in the place of those before it; what it leaves out stays. */
export function mergeAuth(
  type: ConnectionAuthorizationType,
  before: AuthParameters,
  update: UpdateConnectionAuthRequestParameters = {},
): AuthParameters {
  const member = parametersOf[type];
  const [old, given] = [before[member], update[member]];
  const clients = [old, given].flatMap((one) =>
    one && 'ClientParameters' in one && one.ClientParameters ? [one.ClientParameters] : [],
  );
  const [oAuthHttp, http] = [
    updatedHttp(
      before.OAuthParameters?.OAuthHttpParameters,
      update.OAuthParameters?.OAuthHttpParameters,
    ),
    updatedHttp(before.InvocationHttpParameters, update.InvocationHttpParameters),
  ];
  return {
    [member]: {
      ...old,
      ...given,
      ...(clients.length > 0 && { ClientParameters: Object.assign({}, ...clients) as object }),
      ...(oAuthHttp && member === 'OAuthParameters' && { OAuthHttpParameters: oAuthHttp }),
    },
    ...(http && { InvocationHttpParameters: http }),
  };
}

/** Refuses parameters that do not go with the way of signing in, or that nothing here serves. */
export function checkAuth(
  type: ConnectionAuthorizationType,
  parameters: UpdateConnectionAuthRequestParameters,
  call: Call,
): void {
  const member = parametersOf[type];
  const other = Object.values(parametersOf).find((one) => one !== member && parameters[one]);
  if (other !== undefined) {
    refuseParameters(`${other} does not go with the authorization type ${type}.`);
  }
  if (parameters.ConnectivityParameters)
    refuseConnectivity('AuthParameters.ConnectivityParameters');
  const endpoint = parameters.OAuthParameters?.AuthorizationEndpoint;
  if (endpoint !== undefined && !isEndpoint(endpoint, call)) {
    refuseParameters(
      `Endpoint '${endpoint}' is invalid, please provide a valid HTTPS endpoint URL.`,
    );
  }
}

/** Refuses parameters that lack what the way of signing in needs. */
export function requireAuth(type: ConnectionAuthorizationType, parameters: AuthParameters): void {
  const member = parametersOf[type];
  const given = Object.keys(parameters[member] ?? {});
  const missing = needed[type].filter((name) => !given.includes(name));
  if (missing.length === 0) return;
  refuseParameters(`The authorization type ${type} needs ${member} with ${missing.join(', ')}.`);
}

const needed: Readonly<Record<ConnectionAuthorizationType, readonly string[]>> = {
  BASIC: ['Username', 'Password'],
  API_KEY: ['ApiKeyName', 'ApiKeyValue'],
  OAUTH_CLIENT_CREDENTIALS: ['ClientParameters', 'AuthorizationEndpoint', 'HttpMethod'],
};

function refuseParameters(reason: string): never {
  refuseInvalid(`Parameter AuthParameters is not valid. Reason: ${reason}`);
}

/** Refuses what a connection is asked for that is AWS's alone. */
export function checkConnectivity(
  input: Pick<UpdateConnectionRequest, 'InvocationConnectivityParameters' | 'KmsKeyIdentifier'>,
): void {
  if (input.InvocationConnectivityParameters) {
    refuseConnectivity('InvocationConnectivityParameters');
  }
  if (!input.KmsKeyIdentifier) return;
  refuseInvalid(
    'Parameter KmsKeyIdentifier is not valid. Reason: There is no KMS here; ' +
      'secrets are encrypted under the key of the registry.',
  );
}

function refuseConnectivity(parameter: string): never {
  refuseInvalid(
    `Parameter ${parameter} is not valid. Reason: There are no VPC resources here; ` +
      'private endpoints are reached by the setting --allowed-target-addresses.',
  );
}

/** The parameters without what nobody is shown again. */
function shownAuth(parameters: AuthParameters): ConnectionAuthResponseParameters {
  const { BasicAuthParameters: basic, ApiKeyAuthParameters: apiKey } = parameters;
  const { OAuthParameters: oAuth, InvocationHttpParameters: http } = parameters;
  return {
    ...(basic && { BasicAuthParameters: { Username: basic.Username } }),
    ...(apiKey && { ApiKeyAuthParameters: { ApiKeyName: apiKey.ApiKeyName } }),
    ...(oAuth && {
      OAuthParameters: {
        ClientParameters: { ClientID: oAuth.ClientParameters.ClientID },
        AuthorizationEndpoint: oAuth.AuthorizationEndpoint,
        HttpMethod: oAuth.HttpMethod,
        ...(oAuth.OAuthHttpParameters && {
          OAuthHttpParameters: shownHttp(oAuth.OAuthHttpParameters),
        }),
      },
    }),
    ...(http && { InvocationHttpParameters: shownHttp(http) }),
  };
}

/** Parameters as a row keeps them: what is shown, and all of them sealed. */
export function sealedAuth(
  parameters: AuthParameters,
  boundTo: string,
  secrets: SecretBox,
): Pick<EventConnectionRow, 'document' | 'secret' | 'secret_key_id'> {
  const { sealed, keyId } = secrets.seal(JSON.stringify(parameters), boundTo);
  const document = JSON.stringify(shownAuth(parameters));
  return { document, secret: sealed, secret_key_id: keyId };
}

/** The parameters of a row; undefined once it is deauthorized. */
export function openAuth(row: EventConnectionRow, secrets: SecretBox): AuthParameters | undefined {
  if (row.secret === null || row.secret_key_id === null) return undefined;
  const text = secrets.open(
    { sealed: row.secret, keyId: row.secret_key_id },
    connectionBinding(row),
  );
  return JSON.parse(text) as AuthParameters;
}

/** A connection as answers to its changes name it. */
export function connectionState(row: EventConnectionRow, partition: string) {
  return {
    ConnectionArn: connectionArn(scopeOf(row), row, partition),
    ConnectionState: row.state,
    CreationTime: row.created_at,
    LastModifiedTime: row.modified_at,
    ...(row.authorized_at !== null && { LastAuthorizedTime: row.authorized_at }),
  };
}

/** A connection as ListConnections answers it. */
export function connectionView(row: EventConnectionRow, partition: string): Connection {
  return {
    ...connectionState(row, partition),
    Name: row.name,
    ...(row.state_reason !== null && { StateReason: row.state_reason }),
    AuthorizationType: row.authorization_type,
  };
}

/** A connection as DescribeConnection answers it: without its secrets, which stay here. */
export function connectionDetails(
  row: EventConnectionRow,
  partition: string,
): DescribeConnectionResponse {
  return {
    ...connectionView(row, partition),
    ...(row.description !== null && { Description: row.description }),
    SecretArn: secretArn(row, partition),
    AuthParameters: JSON.parse(row.document) as ConnectionAuthResponseParameters,
  };
}

const secretSuffixCharacters = 6;

/** The ARN that AWS's own copy of the secrets would have. */
function secretArn(row: EventConnectionRow, partition: string): string {
  const id = derivedId(row.uuid, 0);
  const suffix = derivedId(row.uuid, 1).slice(0, secretSuffixCharacters);
  const resource = `secret:events!connection/${row.name}/${id}-${suffix}`;
  return formatArn({ partition, service: 'secretsmanager', ...scopeOf(row), resource });
}

/** A connection that is not there. */
export function missingConnection(name: string): Refusal {
  return new Refusal(
    'missing',
    `Failed to describe the connection(s). Connection '${name}' does not exist.`,
  );
}

/** A name that is taken. */
export function takenConnection(name: string): Refusal {
  return new Refusal('exists', `Connection ${name} already exists.`);
}
