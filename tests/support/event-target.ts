/** A target that keeps what it gets, with rules that lead to it, for tests of the delivery. */
import { countEventRevision } from '../../src/domain/event-rules/event-revision-store.ts';
import type { Database } from '../../src/store/database.ts';
import type { DeliveryAttemptRow, DeliveryRow } from '../../src/store/event-tables.ts';
import { EventWorker } from '../../src/workers/event-worker.ts';
import type { EventWorkerParts } from '../../src/workers/event-worker.ts';
import type {
  DeadLetter,
  Invocation,
  Outcome,
  TargetKind,
} from '../../src/workers/targets/target.ts';
import { createLog } from '../../src/kernel/log.ts';
import type { TestApp } from './test-app.ts';
import { testAccount, testRegion } from './test-app.ts';

/** Targets whose ARN begins with `test:`; they answer what they are told to. */
export class TestTargets implements TargetKind {
  readonly got: Invocation[] = [];
  answer: (invocation: Invocation) => Outcome | Promise<Outcome> = () => ({ kind: 'delivered' });

  sendDeadLetter?: (letter: DeadLetter) => Promise<Outcome>;

  serves(arn: string): boolean {
    return arn.startsWith('test:');
  }

  async send(invocation: Invocation): Promise<Outcome> {
    this.got.push(invocation);
    return this.answer(invocation);
  }

  /** The ids of the events that a target got, in order. */
  idsOf(arn: string): string[] {
    return this.got.filter(({ target }) => target.Arn === arn).map(({ event }) => event.id);
  }
}

/** A rule to be made, and its target. */
export interface TestRule {
  readonly name: string;
  readonly pattern?: object;
  readonly arn?: string;
  readonly bus?: string;
  /** Further members of the Target. */
  readonly target?: object;
}

/** Makes a rule with one target; answers its number. */
export async function makeRule(database: Database, rule: TestRule): Promise<number> {
  const { name, pattern = { source: ['aws.sagemaker'] }, arn = `test:${name}` } = rule;
  return database.write(async (tx) => {
    const place = { account_id: testAccount, region: testRegion, bus_name: rule.bus ?? 'default' };
    const [row] = await tx.rows(
      tx.sql
        .insertInto('event_rule')
        .values({
          ...place,
          name,
          pattern: JSON.stringify(pattern),
          schedule: null,
          state: 'ENABLED',
          description: null,
          role_arn: null,
          managed_by: null,
          created_by: testAccount,
          tags: '[]',
          created_at: 0,
          due_at: null,
        })
        .returning('id'),
    );
    const document = JSON.stringify({ Id: 'one', Arn: arn, ...rule.target });
    const target = { rule_id: row!.id, target_id: 'one', arn, document };
    await tx.rows(tx.sql.insertInto('event_target').values(target));
    await countEventRevision(tx);
    return row!.id;
  });
}

/** A worker on an app's database, with targets of the test. */
export function testEventWorker(app: TestApp, parts: Partial<EventWorkerParts> = {}): EventWorker {
  return new EventWorker({
    database: app.database,
    kinds: [],
    retention: { eventDays: 30, deliveryDays: 14 },
    partition: 'aws',
    clock: app.clock,
    log: createLog('silent'),
    holder: 'test',
    random: () => 1,
    ...parts,
  });
}

/** All deliveries, in order. */
export function deliveriesOf(app: TestApp): Promise<DeliveryRow[]> {
  return app.database.read((tx) =>
    tx.rows(tx.sql.selectFrom('delivery').selectAll().orderBy('id')),
  );
}

/** All tries, in order. */
export function attemptsOf(app: TestApp): Promise<DeliveryAttemptRow[]> {
  return app.database.read((tx) =>
    tx.rows(
      tx.sql.selectFrom('delivery_attempt').selectAll().orderBy('delivery_id').orderBy('number'),
    ),
  );
}
