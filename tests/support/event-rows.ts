/** Rows of what workers write, for tests of what is told of them. */
import { findNewestEventId, insertBusEvent } from '../../src/domain/events/bus-event-store.ts';
import type { DeliveryRow } from '../../src/store/event-tables.ts';
import { testAccount, testRegion } from './test-app.ts';
import type { TestApp } from './test-app.ts';

/** What events are put into the log. */
export interface PutEvents {
  readonly count?: number;
  readonly group?: string;
  readonly account?: string;
  readonly bus?: string;
  readonly padding?: string;
}

/** The id of an event that is put in. */
export function eventIdOf(id: number): string {
  return `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`;
}

/** Puts events into the log, numbered on, as the router does; answers their numbers. */
export function putBusEvents(app: TestApp, given: PutEvents = {}): Promise<number[]> {
  const { count = 1, group = 'Fraud', account = testAccount, bus = 'default', padding } = given;
  const at = app.clock.now();
  return app.database.write(async (tx) => {
    const newest = await findNewestEventId(tx);
    const numbers = Array.from({ length: count }, (_, index) => newest + 1 + index);
    for (const id of numbers) {
      const envelope = {
        version: '0',
        id: eventIdOf(id),
        'detail-type': 'Test',
        source: 'tests',
        account,
        time: '2026-03-04T09:15:27Z',
        region: testRegion,
        resources: [],
        detail: { group, number: id, ...(padding !== undefined && { padding }) },
      };
      await insertBusEvent(tx, {
        id,
        event_id: envelope.id,
        account_id: account,
        region: testRegion,
        bus_name: bus,
        at,
        ingested_at: at,
        hops: 0,
        journal_seq: null,
        journal_index: null,
        body: JSON.stringify(envelope),
      });
    }
    return numbers;
  });
}

/** The ARN of a rule of the test account on its default bus. */
export function ruleArnOf(name: string): string {
  return `arn:aws:events:${testRegion}:${testAccount}:rule/${name}`;
}

/** Makes a rule of the default bus; answers its number. */
export async function putRule(app: TestApp, Name: string): Promise<number> {
  await app.ok('PutRule', { Name, EventPattern: '{"source":["tests"]}' }, { service: 'events' });
  const rows = await app.database.read((tx) =>
    tx.rows(
      tx.sql
        .selectFrom('event_rule')
        .select('id')
        .where('name', '=', Name)
        .where('bus_name', '=', 'default'),
    ),
  );
  return rows[0]!.id;
}

/** Makes a delivery of a rule named `notify`, to a queue; answers its number. */
export async function putDelivery(
  app: TestApp,
  given: Partial<DeliveryRow> & Pick<DeliveryRow, 'bus_event_id' | 'rule_id'>,
): Promise<number> {
  const at = app.clock.now();
  const state = given.state ?? 'PENDING';
  const rows = await app.database.write((tx) =>
    tx.rows(
      tx.sql
        .insertInto('delivery')
        .values({
          account_id: testAccount,
          region: testRegion,
          rule_arn: ruleArnOf('notify'),
          target_id: 'hook',
          target_arn: `arn:aws:events:${testRegion}:${testAccount}:api-destination/hook/1`,
          lane: 'Fraud',
          replay_name: null,
          attempts: 0,
          created_at: at,
          round_attempts: 0,
          round_at: at,
          next_attempt_at: at,
          settled_at: state === 'PENDING' ? null : at,
          error_code: null,
          error_message: null,
          exhausted: null,
          ...given,
          state,
        })
        .returning('id'),
    ),
  );
  return rows[0]!.id;
}
