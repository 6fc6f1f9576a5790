import type { Clock } from '../kernel/clock.ts';
import { globalRegion } from '../kernel/arn.ts';
import { limits } from '../kernel/limits.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { AccessKey } from '../domain/access/principal.ts';
import { checkScope, checkSignature } from './sigv4.ts';
import type { SignedRequest } from './sigv4-canonical.ts';
import { readCredential } from './sigv4-credential.ts';
import { TokenBuckets } from './token-buckets.ts';

/** Who signed a request, and for which region. */
export interface Caller {
  readonly key: AccessKey;
  readonly region: string;
}

/** A caller who holds a key that was deactivated: refused like a stranger, yet known to us. */
export class InactiveKey extends Refusal {
  readonly caller: Caller;

  constructor({ kind, message, code }: Refusal, caller: Caller) {
    super(kind, message, code === undefined ? {} : { code });
    this.caller = caller;
  }
}

/** What authentication needs to know. */
export interface AuthenticationSettings {
  readonly regions: 'any' | readonly string[];
  readonly clockWindowSeconds: number;
  readonly clock: Clock;
  readonly partition: string;
  findAccessKey(
    accessKeyId: string,
    sessionToken: string | undefined,
  ): AccessKey | undefined | Promise<AccessKey | undefined>;
}

/** Checks signatures, and slows down source addresses whose requests keep failing the check. */
export class Authenticator {
  readonly #settings: AuthenticationSettings;
  readonly #failures: TokenBuckets;
  /** Requests refused for want of a valid signature since the start. */
  refused = 0;

  constructor(settings: AuthenticationSettings) {
    this.#settings = settings;
    const rate = {
      perSecond: limits.failedSignaturesPerSecond,
      burst: limits.failedSignaturesBurst,
    };
    this.#failures = new TokenBuckets(rate, limits.failureAddressesMax, settings.clock);
  }

  /** The caller of a request to a service, by its signing name; refuses whoever is not known. */
  async authenticate(request: SignedRequest, service: string, sourceIp: string): Promise<Caller> {
    try {
      return await this.#verify(request, service);
    } catch (error) {
      if (error instanceof Refusal) this.countRefused(sourceIp);
      throw error;
    }
  }

  /** Counts a request that nobody signed; refuses when its source sends too many of them. */
  countRefused(sourceIp: string): void {
    this.refused += 1;
    if (!this.#failures.take(sourceIp)) throw new Refusal('throttled', 'Rate exceeded');
  }

  async #verify(request: SignedRequest, service: string): Promise<Caller> {
    const { clock, clockWindowSeconds: windowSeconds } = this.#settings;
    const now = clock.now();
    const presented = readCredential(request);
    const regions = this.#regionsOf(service);
    checkScope(presented, { services: [service], regions, windowSeconds }, now);
    const { accessKeyId, sessionToken } = presented;
    const found = this.#settings.findAccessKey(accessKeyId, sessionToken);
    const key = found instanceof Promise ? await found : found;
    const { region } = presented;
    try {
      checkSignature(presented, request, key, now);
    } catch (error) {
      if (!(error instanceof Refusal) || !key || key.active) throw error;
      // Whoever signs with its secret has had the key; others may only know its id.
      const isHolder = isSigned(() =>
        checkSignature(presented, request, { ...key, active: true }, now),
      );
      throw isHolder ? new InactiveKey(error, { key, region }) : error;
    }
    return { key: key!, region };
  }

  /** Clients sign for services without regions in one that need not be served otherwise. */
  #regionsOf(service: string): 'any' | readonly string[] {
    const { regions, partition } = this.#settings;
    const isGlobal = regions !== 'any' && globalServices.has(service);
    return isGlobal ? [...regions, globalRegion(partition)] : regions;
  }
}

function isSigned(check: () => void): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}

const globalServices: ReadonlySet<string> = new Set(['iam', 'sts']);
