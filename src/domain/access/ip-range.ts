import { rememberLast } from './remember-last.ts';

/** Compiles an address or a CIDR range of either family; undefined when the text is neither. */
export function compileIpRange(text: string): ((address: string) => boolean) | undefined {
  const [address = '', prefix, ...rest] = text.split('/');
  const range = parseIp(address);
  if (!range || rest.length > 0) return undefined;
  const bitsMax = range.length * 8;
  // The prefix of an IPv4 range that is spelt as IPv6 counts the 96 bits before it.
  const spelt = address.includes(':') && range.length === 4 ? 96 : 0;
  if (prefix !== undefined && !/^\d{1,3}$/.test(prefix)) return undefined;
  const bits = prefix === undefined ? bitsMax : Number(prefix) - spelt;
  if (bits < 0 || bits > bitsMax) return undefined;
  return (other) => {
    const bytes = readAddress(other);
    return bytes?.length === range.length && samePrefix(bytes, range, bits);
  };
}

function samePrefix(one: readonly number[], other: readonly number[], bits: number): boolean {
  for (let i = 0; i * 8 < bits; i += 1) {
    const kept = Math.min(bits - i * 8, 8);
    if (((one[i]! ^ other[i]!) & (0xff00 >> kept) & 0xff) !== 0) return false;
  }
  return true;
}

const readAddress = rememberLast(parseIp);

/** The address's 4 or 16 bytes; an IPv4 address that is mapped into IPv6 is the IPv4 address. */
function parseIp(text: string): readonly number[] | undefined {
  if (!text.includes(':')) return parseIpv4(text);
  const bytes = parseIpv6(text);
  const isMapped = bytes?.every((byte, i) => i > 11 || byte === (i < 10 ? 0 : 255));
  return isMapped ? bytes!.slice(12) : bytes;
}

function parseIpv4(text: string): number[] | undefined {
  if (!/^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(text)) return undefined;
  const bytes = text.split('.').map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function parseIpv6(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail = []] = halves.map((half) => parseGroups(half));
  if (!head || (halves.length === 2 && !parseGroups(halves[1]!))) return undefined;
  const missing = 16 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 2) return undefined;
  return [...head, ...Array.from({ length: missing }, () => 0), ...tail];
}

/** Groups of hexadecimal digits between colons, the last of which may be an IPv4 address. */
function parseGroups(text: string): number[] | undefined {
  if (text === '') return [];
  const groups = text.split(':').map((group, i, all) => {
    if (group.includes('.')) return i === all.length - 1 ? parseIpv4(group) : undefined;
    if (!/^[0-9a-f]{1,4}$/i.test(group)) return undefined;
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
  return groups.every((group) => group !== undefined) ? groups.flat() : undefined;
}
