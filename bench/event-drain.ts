/** How fast a server sends what has piled up while its target was away. */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { databaseFileName } from '../src/config.ts';
import { insertDelivery } from '../src/domain/deliveries/delivery-store.ts';
import { insertBusEvent } from '../src/domain/events/bus-event-store.ts';
import type { Database } from '../src/store/database.ts';
import { openSqlite } from '../src/store/sqlite-database.ts';
import { callEvents, EventReceiver } from './event-calls.ts';
import { count } from './format.ts';
import { scope } from './population.ts';
import type { Progress } from './progress.ts';
import { startRegistry } from './server-process.ts';
import { sign } from './signed-request.ts';

/** How the drain went. */
export interface Drain {
  readonly deliveries: number;
  readonly perSecond: number;
  /** Of the server, for each delivery. */
  readonly cpuMicroseconds: number;
  /** Resident bytes at some moments, in order. */
  readonly memory: readonly number[];
}

const groups = 1_000;
const eventsPerWrite = 500;
const samples = 8;

/** Piles up deliveries to one webhook, then starts the server and waits until they have come. */
export async function measureDrain(
  dataDir: string,
  deliveries: number,
  env: Readonly<Record<string, string>>,
  progress: Progress,
): Promise<Drain> {
  mkdirSync(dataDir);
  const receiver = new EventReceiver();
  receiver.isCounting = true;
  const Url = await receiver.open();
  const list = { operation: 'ListModelPackageGroups', input: {}, isRight: () => true };
  const { server: first } = await startRegistry(dataDir, sign(list), { env });
  const input = { Name: 'drain', Url: `${Url}/`, Events: ['any'] };
  await callEvents(first.port, 'imprimatur', 'CreateWebhook', input);
  await first.stop();
  const database = await openSqlite(join(dataDir, databaseFileName));
  await pileUp(database, deliveries, progress);
  await database.close();
  const { server } = await startRegistry(dataDir, sign(list), { env });
  while (receiver.count === 0) await sleep(5);
  const [from, before, cpu] = [performance.now(), receiver.count, server.cpu().used];
  const memory: number[] = [];
  while (receiver.count < deliveries) {
    progress.part(`draining ${count(deliveries)}`, receiver.count / deliveries);
    if (receiver.count >= (memory.length * deliveries) / samples) memory.push(server.memory().now);
    await sleep(20);
  }
  const seconds = (performance.now() - from) / 1_000;
  const cpuMicroseconds = (server.cpu().used - cpu) / (deliveries - before);
  memory.push(server.memory().now);
  await server.stop();
  receiver.close();
  const perSecond = (deliveries - before) / seconds;
  return { deliveries, perSecond, cpuMicroseconds, memory };
}

async function pileUp(database: Database, deliveries: number, progress: Progress): Promise<void> {
  const [target] = await database.read((tx) =>
    tx.rows(tx.sql.selectFrom('event_target').selectAll()),
  );
  const { rule_id, target_id, arn } = target!;
  const place = { account_id: scope.accountId, region: scope.region };
  const now = Date.now();
  for (let first = 1; first <= deliveries; first += eventsPerWrite) {
    progress.part(`piling up ${count(deliveries)}`, first / deliveries);
    await database.write(async (tx) => {
      const end = Math.min(deliveries, first + eventsPerWrite - 1);
      for (let id = first; id <= end; id += 1) {
        const group = `group-${id % groups}`;
        const event_id = randomUUID();
        await insertBusEvent(tx, {
          ...{ id, event_id, ...place, bus_name: 'default', at: now, ingested_at: now, hops: 0 },
          ...{ journal_seq: null, journal_index: null, body: bodyOf(event_id, group) },
        });
        await insertDelivery(tx, {
          ...{ ...place, bus_event_id: id, rule_id, rule_arn: 'arn:aws:events:rule', target_id },
          ...{ target_arn: arn, lane: group, replay_name: null, created_at: now },
        });
      }
    });
  }
}

function bodyOf(id: string, group: string): string {
  return JSON.stringify({
    ...{ version: '0', id, 'detail-type': 'SageMaker Model Package State Change' },
    ...{ source: 'aws.sagemaker', account: scope.accountId, time: '2026-03-04T09:15:27Z' },
    ...{ region: scope.region, resources: [`arn:${group}`] },
    detail: { ModelPackageGroupName: group, ModelPackageVersion: 7, note: 'x'.repeat(700) },
  });
}
