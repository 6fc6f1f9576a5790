import type { CreateConnectionOAuthRequestParameters } from '../../contracts/events.gen.ts';
import type { Clock } from '../../kernel/clock.ts';
import { limits } from '../../kernel/limits.ts';
import { listed } from './api-destination-request.ts';
import { httpOutcome } from './http-outcome.ts';
import type { HttpAnswer, HttpMessage, HttpSender } from './http-request.ts';
import type { Outcome } from './target.ts';

/** What signs in, or why there is nothing that does. */
export type TokenResult = { readonly authorization: string } | { readonly failure: Outcome };

interface Token {
  readonly authorization: string;
  readonly expiresAt: number;
}

/** Tokens of OAuth's client credentials, kept until shortly before they expire. */
export class OAuthTokens {
  readonly #sender: HttpSender;
  readonly #clock: Clock;
  readonly #tokens = new Map<string, Token>();
  readonly #underWay = new Map<string, Promise<TokenResult>>();

  constructor(sender: HttpSender, clock: Clock) {
    this.#sender = sender;
    this.#clock = clock;
  }

  /** The token of a connection; the key tells its secrets from those it had before. */
  async find(
    key: string,
    parameters: CreateConnectionOAuthRequestParameters,
    signal: AbortSignal,
  ): Promise<TokenResult> {
    const known = this.#tokens.get(key);
    if (known && known.expiresAt > this.#clock.now()) return known;
    const asked = this.#underWay.get(key);
    if (asked) return asked;
    const asking = this.#ask(key, parameters, signal).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, asking);
    return asking;
  }

  /** Forgets a token that was not taken. */
  forget(key: string): void {
    this.#tokens.delete(key);
  }

  async #ask(
    key: string,
    parameters: CreateConnectionOAuthRequestParameters,
    signal: AbortSignal,
  ): Promise<TokenResult> {
    const result = await this.#sender.send(tokenRequest(parameters), signal);
    const outcome = httpOutcome(result, this.#clock.now());
    if (outcome.kind !== 'delivered') return { failure: tokenFailure(outcome) };
    const token = tokenOf(result as HttpAnswer, this.#clock.now());
    if (!token) return { failure: refusedToken('It answered with no access_token.') };
    this.#remember(key, token);
    return token;
  }

  #remember(key: string, token: Token): void {
    this.#tokens.delete(key);
    this.#tokens.set(key, token);
    if (this.#tokens.size <= limits.oAuthTokensMax) return;
    const oldest = this.#tokens.keys().next();
    if (!oldest.done) this.#tokens.delete(oldest.value);
  }
}

/** The request for a token: by a form, or in the URL where the method has no body. */
function tokenRequest({
  ClientParameters: client,
  AuthorizationEndpoint,
  HttpMethod: method,
  OAuthHttpParameters: http = {},
}: CreateConnectionOAuthRequestParameters): HttpMessage {
  const form = {
    grant_type: 'client_credentials',
    client_id: client.ClientID,
    client_secret: client.ClientSecret,
    ...listed(http.BodyParameters),
  };
  const url = new URL(AuthorizationEndpoint);
  const query = { ...(method === 'GET' && form), ...listed(http.QueryStringParameters) };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return {
    method,
    url,
    headers: {
      Accept: 'application/json',
      'User-Agent': 'Amazon/EventBridge/ApiDestinations',
      ...(method !== 'GET' && { 'Content-Type': 'application/x-www-form-urlencoded' }),
      ...listed(http.HeaderParameters),
    },
    ...(method !== 'GET' && { body: new URLSearchParams(form).toString() }),
    closes: true,
  };
}

function tokenOf({ body }: HttpAnswer, now: number): Token | undefined {
  let told: Readonly<Record<string, unknown>>;
  try {
    told = (JSON.parse(body.toString('utf8')) ?? {}) as typeof told;
  } catch {
    return undefined;
  }
  const { access_token: token, token_type: given, expires_in: expires } = told;
  if (typeof token !== 'string' || token === '') return undefined;
  // Servers are not agreed on its case, and many take only this one.
  const isBearer = typeof given !== 'string' || given.toLowerCase() === 'bearer';
  const seconds = Number(expires ?? limits.oAuthTokenSeconds);
  const kept = Number.isFinite(seconds) ? seconds - limits.oAuthTokenMarginSeconds : 0;
  return {
    authorization: `${isBearer ? 'Bearer' : given} ${token}`,
    expiresAt: now + Math.max(0, kept) * 1_000,
  };
}

/** The answer of an authorization server is kept from the attempts: it may hold secrets. */
function tokenFailure(outcome: Outcome): Outcome {
  if (!('message' in outcome)) return outcome;
  return refusedToken(outcome.message, outcome.retryAfter);
}

function refusedToken(reason: string, retryAfter?: number): Outcome {
  return {
    kind: 'later',
    errorCode: 'NO_PERMISSIONS',
    message: `There is no token for it from the authorization endpoint: ${reason}`,
    ...(retryAfter !== undefined && { retryAfter }),
  };
}
