import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../kernel/limits.ts';
import type { DeliveryRow } from '../store/event-tables.ts';
import { DeliveryLanes } from './delivery-lanes.ts';
import type { Lane } from './delivery-lanes.ts';

const target = { rule_id: 1, target_id: 'one' };

function row(id: number, more: Partial<DeliveryRow> = {}): DeliveryRow {
  return { id, round_attempts: 0, next_attempt_at: 0, ...more } as DeliveryRow;
}

function start() {
  const time = { now: 1_000, elapsed: 0 };
  const clock = { now: () => time.now };
  const lanes = new DeliveryLanes({ clock, elapsed: () => time.elapsed });
  return { time, lanes, queue: lanes.queueOf(target) };
}

function rows(from: number, count: number): DeliveryRow[] {
  return Array.from({ length: count }, (_, n) => row(from + n));
}

const delivered = { verdict: 'delivered', isOver: true, milliseconds: 1 } as const;
const failed = { verdict: 'failed', isOver: false, milliseconds: 1 } as const;

/** Has the first delivery of a lane fail, to be tried again at a time. */
function fail(lanes: DeliveryLanes, lane: Lane, at: number): void {
  Object.assign(lane.rows[0]!, { round_attempts: 1, next_attempt_at: at });
  lanes.finish(lane, failed);
}

test('a lane sends one after the other; what is unsettled is not taken twice', () => {
  const { lanes, queue } = start();
  lanes.add(queue, { name: 'a', rows: rows(1, 2), hasMore: false });
  const lane = lanes.next()!;
  assert.equal(lanes.next(), undefined);
  lanes.add(queue, { name: 'a', rows: rows(3, 1), hasMore: false });
  assert.equal(lanes.next(), undefined, 'what comes meanwhile waits as well');
  lanes.finish(lane, delivered);
  assert.equal(lanes.next()!.rows[0]!.id, 2);
  lanes.finish(lane, delivered);
  lanes.add(queue, { name: 'a', rows: rows(1, 3), hasMore: false });
  assert.equal(lanes.next()!.rows[0]!.id, 3);
  assert.equal(lanes.next(), undefined);
  lanes.settled(1);
  assert.equal(lanes.unsettled, 2);
});

test('a lane of which only what is unsettled was read goes on behind that', () => {
  const { lanes, queue } = start();
  const all = rows(1, limits.deliveriesOfLaneHeldMax);
  lanes.add(queue, { name: 'a', rows: all, hasMore: false });
  for (let lane = lanes.next(); lane; lane = lanes.next()) lanes.finish(lane, delivered);
  assert.equal(queue.lanes.size, 0);
  lanes.add(queue, { name: 'a', rows: all, hasMore: true });
  const [lane] = lanes.emptied;
  assert.equal(lane!.lastId, all.at(-1)!.id);
});

test('what does not fit into a lane is read later', () => {
  const { lanes, queue } = start();
  const most = limits.deliveriesOfLaneHeldMax;
  lanes.add(queue, { name: 'a', rows: rows(1, most + 5), hasMore: false });
  const lane = queue.lanes.get('a')!;
  assert.deepEqual([lane.rows.length, lane.lastId, lane.hasMore], [most, most, true]);
});

test('a target that fails rests, then gets one try at a time until it does not', () => {
  const { time, lanes, queue } = start();
  for (const name of ['a', 'b', 'c']) {
    lanes.add(queue, { name, rows: [row(name.charCodeAt(0))], hasMore: false });
  }
  fail(lanes, lanes.next()!, 5_000);
  assert.equal(lanes.next(), undefined, 'it rests');
  time.elapsed += limits.targetRestMilliseconds;
  lanes.wake();
  const second = lanes.next()!;
  assert.equal(second.name, 'b');
  lanes.wake();
  assert.equal(lanes.next(), undefined, 'one at a time');
  lanes.finish(second, delivered);
  assert.equal(lanes.next()!.name, 'c');
  time.now = 5_000;
  lanes.wake();
  assert.equal(lanes.next()!.name, 'a');
});

test('a slow target gets few at once; all targets take turns', () => {
  const { lanes, queue } = start();
  const other = lanes.queueOf({ rule_id: 2, target_id: 'one' });
  for (let id = 1; id <= 40; id += 1) {
    const name = `lane ${id}`;
    lanes.add(id % 2 ? queue : other, { name, rows: [row(id)], hasMore: false });
  }
  const first = [lanes.next()!, lanes.next()!];
  assert.deepEqual(
    first.map((lane) => lane.queue),
    [queue, other],
  );
  const milliseconds = limits.slowTargetMilliseconds;
  lanes.finish(first[0]!, { ...delivered, milliseconds });
  lanes.finish(first[1]!, delivered);
  let sent = 0;
  while (lanes.next()) sent += 1;
  assert.deepEqual(
    [queue.inFlight, other.inFlight, sent],
    [
      limits.deliveriesToSlowTargetMax,
      limits.deliveriesToTargetMax,
      limits.deliveriesToSlowTargetMax + limits.deliveriesToTargetMax,
    ],
  );
});

test('what must wait makes room for what may go, once it is settled', () => {
  const { time, lanes, queue } = start();
  const most = limits.deliveriesOfTargetHeldMax;
  for (let id = 1; id <= most; id += 1) {
    lanes.add(queue, { name: `lane ${id}`, rows: [row(id)], hasMore: false });
  }
  for (let id = 1; id <= 2; id += 1) {
    time.elapsed += limits.targetRestMillisecondsMax;
    lanes.wake();
    fail(lanes, lanes.next()!, 9_000);
  }
  assert.equal(lanes.hasRoomFor(queue), true);
  lanes.settled(2);
  queue.hasMore = false;
  lanes.add(queue, { name: 'new', rows: [row(most + 1)], hasMore: false });
  assert.deepEqual(
    ['lane 1', 'lane 2', 'new'].map((name) => queue.lanes.has(name)),
    [true, false, true],
  );
  assert.deepEqual([queue.hasMore, queue.held], [true, most]);
});
