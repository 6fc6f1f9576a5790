import {
  connectionNamed,
  destinationBinding,
} from '../../domain/api-destinations/api-destination.ts';
import { findDestination } from '../../domain/api-destinations/api-destination-store.ts';
import { openAuth } from '../../domain/event-connections/event-connection.ts';
import type { AuthParameters } from '../../domain/event-connections/event-connection.ts';
import { findConnection } from '../../domain/event-connections/event-connection-store.ts';
import { openSigningSecrets, signingAt } from '../../domain/webhooks/signing-secret.ts';
import { parseArn } from '../../kernel/arn.ts';
import { limits } from '../../kernel/limits.ts';
import type { ApiDestinationRow, EventConnectionRow } from '../../store/event-tables.ts';
import { destinationRequest } from './api-destination-request.ts';
import { httpOutcome } from './http-outcome.ts';
import type { HttpMessage } from './http-request.ts';
import { InvocationRates } from './invocation-rate.ts';
import { OAuthTokens } from './oauth-tokens.ts';
import { signatureHeaders } from './standard-webhooks.ts';
import type { Invocation, Outcome, TargetKind } from './target.ts';
import type { HttpTargetParts } from './webhook.ts';

/** API destinations of EventBridge: an HTTP request, signed in by a connection. */
export class ApiDestinationTarget implements TargetKind {
  readonly #parts: HttpTargetParts & { readonly strictAws: boolean };
  readonly #rates: InvocationRates;
  readonly #tokens: OAuthTokens;

  constructor(parts: HttpTargetParts & { readonly strictAws: boolean }) {
    this.#parts = parts;
    this.#rates = new InvocationRates(parts.clock, limits.limitedDestinationsMax);
    this.#tokens = new OAuthTokens(parts.sender, parts.clock);
  }

  serves(arn: string): boolean {
    return destinationNamed(arn) !== undefined;
  }

  close(): void {
    this.#parts.sender.close();
  }

  async send(invocation: Invocation): Promise<Outcome> {
    const { database, secrets, sender, clock } = this.#parts;
    const { name, uuid } = destinationNamed(invocation.target.Arn)!;
    const [destination, connection] = await database.read(async (tx) => {
      const row = await findDestination(tx, invocation, name);
      if (row?.uuid !== uuid) return [];
      const named = connectionNamed(row.connection_arn, scopeOf(invocation));
      const found = named && (await findConnection(tx, invocation, named.name));
      return [row, found?.uuid === named?.uuid ? found : undefined] as const;
    });
    if (!destination) return gone(name);
    const auth = connection && openAuth(connection, secrets);
    if (!connection || !auth) return unauthorized(name);
    const wait = this.#rates.take(destination.uuid, destination.rate_limit);
    if (wait > 0) return { kind: 'wait', retryAfter: wait };
    const signIn = await this.#signIn(connection, auth, invocation.signal);
    if ('failure' in signIn) return signIn.failure;
    const message = this.#message(destination, { invocation, auth, signIn: signIn.headers });
    const result = await sender.send(message, invocation.signal);
    const outcome = httpOutcome(result, clock.now());
    if (outcome.statusCode === 401 || outcome.statusCode === 407) {
      this.#tokens.forget(tokenKey(connection));
    }
    return outcome;
  }

  async #signIn(
    connection: EventConnectionRow,
    auth: AuthParameters,
    signal: AbortSignal,
  ): Promise<{ headers: Record<string, string> } | { failure: Outcome }> {
    const { BasicAuthParameters: basic, ApiKeyAuthParameters: apiKey, OAuthParameters } = auth;
    if (apiKey) return { headers: { [apiKey.ApiKeyName]: apiKey.ApiKeyValue } };
    if (basic) {
      const pair = Buffer.from(`${basic.Username}:${basic.Password}`).toString('base64');
      return { headers: { Authorization: `Basic ${pair}` } };
    }
    const token = await this.#tokens.find(tokenKey(connection), OAuthParameters!, signal);
    return 'failure' in token ? token : { headers: { Authorization: token.authorization } };
  }

  #message(
    destination: ApiDestinationRow,
    {
      invocation,
      auth,
      signIn,
    }: { invocation: Invocation; auth: AuthParameters; signIn: Record<string, string> },
  ): HttpMessage {
    const { clock, secrets, strictAws } = this.#parts;
    const { event, input, target } = invocation;
    const message = destinationRequest({
      endpoint: destination.endpoint,
      method: destination.method,
      parameters: target['HttpParameters'] ?? {},
      connection: auth.InvocationHttpParameters ?? {},
      authorization: signIn,
      event,
      input,
    });
    if (strictAws) return message;
    const at = clock.now();
    const boundTo = destinationBinding(destination);
    const signing = signingAt(openSigningSecrets(secrets, destination, boundTo), at);
    const signatures = signatureHeaders(
      { id: event.id, at, body: message.body ?? '' },
      signing.map(({ secret }) => secret),
    );
    return { ...message, headers: { ...message.headers, ...signatures } };
  }
}

/** The name and id in a destination's ARN; undefined for any other. */
function destinationNamed(arn: string): { name: string; uuid: string } | undefined {
  const { service, resource = '' } = parseArn(arn) ?? {};
  const groups = /^api-destination\/(?<name>[^/]+)\/(?<uuid>[^/]+)$/.exec(resource)?.groups;
  return service === 'events' && groups ? (groups as { name: string; uuid: string }) : undefined;
}

function scopeOf({ accountId, region, target }: Invocation) {
  return { accountId, region, partition: parseArn(target.Arn)!.partition };
}

/** A connection that was changed has other secrets, and its tokens are others. */
function tokenKey({ uuid, modified_at }: EventConnectionRow): string {
  return `${uuid} ${modified_at}`;
}

function gone(name: string): Outcome {
  const message = `The API destination '${name}' does not exist.`;
  return { kind: 'never', errorCode: 'NO_RESOURCE', message };
}

/** It may be authorized again before the event is too old. */
function unauthorized(name: string): Outcome {
  const message = `The connection of the API destination '${name}' is not authorized.`;
  return { kind: 'later', errorCode: 'NO_PERMISSIONS', message };
}
