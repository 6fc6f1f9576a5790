import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AddressRanges, isPublic, plainAddress } from './address-ranges.ts';

describe('public', () => {
  const ofTheInternet =
    '8.8.8.8 1.1.1.1 100.63.255.255 100.128.0.0 172.15.255.255 172.32.0.0 192.167.1.1 198.20.0.1 ' +
    '223.255.255.255 169.253.1.1 2606:4700::1111 2a00:1450:4001::200e ::ffff:8.8.8.8 ' +
    '64:ff9b::8.8.8.8 2001:200::1';
  for (const address of ofTheInternet.split(' ')) {
    test(`is ${address}`, () => assert.equal(isPublic(address), true));
  }

  const ofNobodyElse =
    '0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 127.0.0.1 127.255.0.1 ' +
    '168.63.129.16 169.254.169.254 169.254.170.2 172.16.0.1 172.31.255.255 192.0.0.192 192.0.2.1 ' +
    '192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.250 ' +
    '240.0.0.1 255.255.255.255 :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:a9fe:a9fe ' +
    '::ffff:0:10.0.0.1 64:ff9b::10.0.0.1 64:ff9b::7f00:1 64:ff9b:1::8.8.8.8 100::1 2001::1 ' +
    '2001:db8::1 2002:7f00:1::1 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 ' +
    'fec0::1 ff02::1';
  for (const address of [...ofNobodyElse.split(' '), '', 'localhost', '8.8.8']) {
    test(`is not ${address || 'nothing'}`, () => assert.equal(isPublic(address), false));
  }
});

test('where packets go in the end', () => {
  const ends = {
    '10.0.0.1': '10.0.0.1',
    '::ffff:10.0.0.1': '10.0.0.1',
    '0:0:0:0:0:ffff:0a00:0001': '10.0.0.1',
    '::ffff:0.0.0.1': '0.0.0.1',
    '64:ff9b::1.2.3.0': '1.2.3.0',
    '64:ff9b::': '0.0.0.0',
    'fe80::1%eth0': 'fe80::1',
    '::1': '::1',
  };
  for (const [address, end] of Object.entries(ends)) assert.equal(plainAddress(address), end);
});

describe('configured ranges', () => {
  test('hold what is in them', () => {
    const ranges = new AddressRanges(['10.1.0.0/16', '192.168.0.7', 'fd00::/8', '::1']);
    for (const address of ['10.1.0.0', '10.1.255.255', '192.168.0.7', 'fdab::1', '::1']) {
      assert.equal(ranges.has(address), true, address);
    }
    for (const address of ['10.2.0.0', '192.168.0.8', 'fe00::1', '::2', 'localhost', '']) {
      assert.equal(ranges.has(address), false, address);
    }
  });

  for (const range of [
    '10.0.0.0/33',
    '10.0.0/8',
    'fd00::/129',
    '10.0.0.0/8/8',
    'host',
    '::1/',
    '',
  ]) {
    test(`are not '${range}'`, () => {
      assert.throws(() => new AddressRanges([range]), { message: range });
    });
  }
});
