import { BlockList, isIP } from 'node:net';

/** Addresses that are configured, as `10.0.0.0/8`, `fd00::/8` or one alone. */
export class AddressRanges {
  readonly #list = new BlockList();

  /** Throws on what is no such range; the message says which. */
  constructor(ranges: readonly string[]) {
    for (const range of ranges) {
      const [address = '', bits, ...rest] = range.split('/');
      const family = familyOf(address);
      const most = family === 'ipv4' ? 32 : 128;
      const isPrefix = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most);
      if (!family || !isPrefix || rest.length > 0) throw new Error(range);
      this.#list.addSubnet(address, bits === undefined ? most : Number(bits), family);
    }
  }

  /** Whether an address is in one of them. */
  has(address: string): boolean {
    const family = familyOf(address);
    return family !== undefined && this.#list.check(address, family);
  }
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address);
  if (version === 0 || address.includes('%')) return undefined;
  return version === 4 ? 'ipv4' : 'ipv6';
}

/** What IANA has set apart of IPv4, and the address at which Azure tells machines their secrets. */
const notPublic4 = new AddressRanges([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]);

/** What IPv6 routes to anybody, and what is set apart of that. */
const global6 = new AddressRanges(['2000::/3']);
const notPublic6 = new AddressRanges(['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']);

/** Whether an address belongs to the internet; what is no address does not. */
export function isPublic(address: string): boolean {
  const plain = plainAddress(address);
  if (isIP(plain) === 4) return !notPublic4.has(plain);
  return global6.has(plain) && !notPublic6.has(plain);
}

/**
 * The address that packets go to in the end: the IPv4 address within one of IPv6 that is mapped
 * (::ffff:0:0/96) or translated (64:ff9b::/96, NAT64), without the zone of a link.
 */
export function plainAddress(address: string): string {
  const [unzoned = ''] = address.split('%');
  if (isIP(unzoned) !== 6) return unzoned;
  const groups = groupsOf(unzoned);
  const prefix = groups.slice(0, 6).join(':');
  if (prefix !== '0:0:0:0:0:ffff' && prefix !== '64:ff9b:0:0:0:0') return unzoned;
  const bytes = groups.slice(6).flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
  return bytes.join('.');
}

/** The eight groups of an IPv6 address, each without leading zeros. */
function groupsOf(address: string): string[] {
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = [], tail = []] = canonical
    .split('::')
    .map((half) => (half === '' ? [] : half.split(':')));
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...tail];
}
