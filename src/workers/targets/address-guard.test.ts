import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { describe, test } from 'node:test';
import { AddressGuard, RefusedAddress } from './address-guard.ts';
import { AddressRanges } from './address-ranges.ts';

/** A guard that knows one host, at these addresses. */
function guardOf(allowed: string[], ...addresses: string[]): AddressGuard {
  const found = addresses.map((address) => ({ address, family: isIP(address) }));
  return new AddressGuard(new AddressRanges(allowed), () => Promise.resolve(found));
}

describe('an address in a URL is refused in each of its spellings', () => {
  const hosts =
    '127.0.0.1 127.1 2130706433 0x7f000001 0177.0.0.1 0x7f.1 0 169.254.169.254 0xa9fea9fe ' +
    '[::1] [::] [::ffff:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:ffff:a00:1] [64:ff9b::a9fe:a9fe] ' +
    '[fe80::1] [fd00:ec2::254] 127。0。0。1 １２７.0.0.1';
  for (const host of hosts.split(' ')) {
    test(host, () => {
      const url = new URL(`https://${host}/`);
      assert.throws(() => guardOf([]).requireLiteral(url), RefusedAddress);
    });
  }
});

test('an address that is configured may be spoken to, also without TLS', () => {
  const guard = guardOf(['127.0.0.0/8', '10.1.0.0/16']);
  for (const host of ['127.0.0.1', '2130706433', '[::ffff:127.0.0.1]', '[64:ff9b::10.1.2.3]']) {
    for (const scheme of ['http', 'https']) guard.requireLiteral(new URL(`${scheme}://${host}/`));
  }
  assert.throws(() => guard.requireLiteral(new URL('http://10.2.0.1/')), RefusedAddress);
});

test('the internet is spoken to by HTTPS only', () => {
  const guard = guardOf([]);
  guard.requireLiteral(new URL('https://8.8.8.8/'));
  assert.throws(() => guard.requireLiteral(new URL('http://8.8.8.8/')), {
    message:
      "'8.8.8.8' is public, where only https:// is spoken unless --allowed-target-addresses " +
      '(IMPRIMATUR_ALLOWED_TARGET_ADDRESSES) names it.',
  });
});

describe('a host', () => {
  test('is connected to where it may be, and nowhere else', async () => {
    const guard = guardOf([], '10.0.0.1', '93.184.216.34', '::1');
    assert.deepEqual(await guard.addressesOf('mixed.example', 'https:'), [
      { address: '93.184.216.34', family: 4 },
    ]);
  });

  test('is refused where it may not be at all, and told by which setting it could', async () => {
    const guard = guardOf([], '10.0.0.1', 'fe80::1%eth0');
    await assert.rejects(guard.addressesOf('inner.example', 'https:'), {
      message:
        "'inner.example' is at 10.0.0.1, which is not public; --allowed-target-addresses " +
        '(IMPRIMATUR_ALLOWED_TARGET_ADDRESSES) can allow it.',
    });
    await assert.rejects(guardOf([]).addressesOf('empty.example', 'https:'), RefusedAddress);
  });

  test('is asked for once at a time', async () => {
    let asked = 0;
    const guard = new AddressGuard(new AddressRanges([]), () => {
      asked += 1;
      return Promise.resolve([{ address: '8.8.8.8', family: 4 }]);
    });
    await Promise.all([1, 2, 3].map(() => guard.addressesOf('a.example', 'https:')));
    assert.equal(asked, 1);
    await guard.addressesOf('a.example', 'https:');
    assert.equal(asked, 2);
  });
});
