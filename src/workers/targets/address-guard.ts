import { lookup as askSystem } from 'node:dns/promises';
import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { settingOf } from '../../config-settings.ts';
import { isPublic, plainAddress } from './address-ranges.ts';
import type { AddressRanges } from './address-ranges.ts';

/** Finds the addresses of a host; tests put their own in the place of the system's. */
export type Resolver = (host: string) => Promise<readonly LookupAddress[]>;

const systemResolver: Resolver = (host) => askSystem(host, { all: true });

/** A host that may not be spoken to; the message is for whoever configured it. */
export class RefusedAddress extends Error {}

/**
 * Says which addresses may be connected to, so that nobody who may make a webhook reaches what only
 * this machine does: those of the internet by HTTPS, and those that are configured in any way.
 */
export class AddressGuard {
  readonly #allowed: AddressRanges;
  readonly #resolver: Resolver;
  readonly #underWay = new Map<string, Promise<readonly LookupAddress[]>>();

  constructor(allowed: AddressRanges, resolver: Resolver = systemResolver) {
    this.#allowed = allowed;
    this.#resolver = resolver;
  }

  /** Refuses an address that stands in a URL itself: nobody resolves that. */
  requireLiteral({ hostname, protocol }: URL): void {
    const host = bareHost(hostname);
    if (isIP(host) !== 0) this.#choose([{ address: host, family: isIP(host) }], host, protocol);
  }

  /**
   * The addresses of a host that may be connected to. Whoever asks connects to just these, as the
   * next answer to the same question may be another.
   */
  async addressesOf(host: string, protocol: string): Promise<LookupAddress[]> {
    return this.#choose(await this.#resolve(host), host, protocol);
  }

  #choose(found: readonly LookupAddress[], host: string, protocol: string): LookupAddress[] {
    const usable = found.filter(({ address }) => this.#allows(address, protocol));
    if (usable.length > 0) return usable;
    const { flag, env } = settingOf.allowedTargetAddresses;
    const isPlain = found.some(({ address }) => isPublic(address));
    const [first] = found;
    throw new RefusedAddress(
      isPlain
        ? `'${host}' is public, where only https:// is spoken unless ${flag} (${env}) names it.`
        : `'${host}' is at ${first?.address ?? 'no address'}, which is not public; ` +
            `${flag} (${env}) can allow it.`,
    );
  }

  #allows(address: string, protocol: string): boolean {
    const isAllowed = this.#allowed.has(address) || this.#allowed.has(plainAddress(address));
    return isAllowed || (protocol === 'https:' && isPublic(address));
  }

  /** One question at a time for each host: the system asks for few hosts at once, and patiently. */
  #resolve(host: string): Promise<readonly LookupAddress[]> {
    const known = this.#underWay.get(host);
    if (known) return known;
    const asked = this.#resolver(host).finally(() => this.#underWay.delete(host));
    this.#underWay.set(host, asked);
    return asked;
  }
}

/** A URL's host as sockets want it: without the brackets around an IPv6 address. */
export function bareHost(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}
