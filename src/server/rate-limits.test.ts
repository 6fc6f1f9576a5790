import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { TestApp, TestClock, errorCode } from '../../tests/support/test-app.ts';
import { limits } from '../kernel/limits.ts';
import { RateLimits } from './rate-limits.ts';

const none = { perSecond: 0, burst: 0 };

function isThrottled(check: () => void): boolean {
  try {
    check();
    return false;
  } catch (error) {
    assert.match(String(error), /Rate exceeded/);
    return true;
  }
}

describe('rate limits', () => {
  test('without a rate nobody is throttled', () => {
    const rates = new RateLimits({ all: none, writes: none }, new TestClock());
    for (let call = 0; call < 10_000; call += 1) rates.check('a', 'write');
  });

  test('a burst is served at once, then as many as the rate', () => {
    const clock = new TestClock();
    const rates = new RateLimits({ all: { perSecond: 10, burst: 3 }, writes: none }, clock);
    for (let call = 0; call < 3; call += 1) rates.check('a', 'read');
    assert.ok(isThrottled(() => rates.check('a', 'read')));
    clock.advance(99);
    assert.ok(isThrottled(() => rates.check('a', 'read')));
    clock.advance(1);
    rates.check('a', 'read');
    assert.ok(isThrottled(() => rates.check('a', 'read')));
    clock.advance(3_600_000);
    for (let call = 0; call < 3; call += 1) rates.check('a', 'read');
    assert.ok(isThrottled(() => rates.check('a', 'read')));
  });

  test('a clock that goes back takes nothing away', () => {
    const clock = new TestClock();
    const rates = new RateLimits({ all: { perSecond: 1, burst: 2 }, writes: none }, clock);
    rates.check('a', 'read');
    clock.advance(-60_000);
    rates.check('a', 'read');
    assert.ok(isThrottled(() => rates.check('a', 'read')));
  });

  test('principals do not throttle each other, and writes have a rate of their own', () => {
    const rate = { perSecond: 1, burst: 5 };
    const rates = new RateLimits(
      { all: rate, writes: { perSecond: 1, burst: 1 } },
      new TestClock(),
    );
    rates.check('a', 'write');
    assert.ok(isThrottled(() => rates.check('a', 'write')));
    for (let call = 0; call < 4; call += 1) rates.check('a', 'read');
    assert.ok(isThrottled(() => rates.check('a', 'read')));
    rates.check('b', 'write');
  });

  test('no more principals than the limit are remembered', () => {
    const rates = new RateLimits(
      { all: { perSecond: 1, burst: 1 }, writes: none },
      new TestClock(),
    );
    rates.check('first', 'read');
    assert.ok(isThrottled(() => rates.check('first', 'read')));
    for (let count = 0; count < limits.rateLimitedPrincipalsMax; count += 1) {
      rates.check(`p${count}`, 'read');
    }
    rates.check('first', 'read');
  });

  test('an account looks events up twice a second in each region, whoever of it asks', () => {
    const clock = new TestClock();
    const rates = new RateLimits({ all: none, writes: none }, clock);
    const here = { accountId: '1', region: 'eu-west-1' };
    for (let round = 0; round < 2; round += 1) {
      for (let call = 0; call < 2; call += 1) rates.checkLookup(here);
      assert.ok(isThrottled(() => rates.checkLookup(here)));
      rates.checkLookup({ ...here, region: `eu-west-${round + 2}` });
      rates.checkLookup({ ...here, accountId: String(round + 2) });
      clock.advance(1_000);
    }
  });
});

describe('a throttled call', async () => {
  const registry = await TestApp.start({ rateLimit: '1', rateLimitBurst: '2' });
  after(() => registry.close());

  test("is refused in AWS's words, before its input is looked at, and leaves no entry", async () => {
    registry.clock.advance(10_000);
    await registry.ok('ListModelPackageGroups');
    await registry.ok('ListModelPackageGroups');
    const before = (await registry.journal()).length;
    for (const input of ['{', '{}']) {
      const { status, body, headers } = await registry.send('CreateModelPackageGroup', input);
      assert.deepEqual([status, errorCode(body)], [400, 'ThrottlingException']);
      assert.equal((JSON.parse(body) as { message: string }).message, 'Rate exceeded');
      assert.equal(headers['Retry-After'], '1');
    }
    assert.equal((await registry.journal()).length, before);
    registry.clock.advance(1_000);
    await registry.ok('ListModelPackageGroups');
  });
});
