import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { newEntries, rowsOf, startApp } from '../../../tests/support/scenario.ts';
import { testAccount, testRegion } from '../../../tests/support/test-app.ts';
import type { RefusedCall, TestApp } from '../../../tests/support/test-app.ts';
import { limits } from '../../kernel/limits.ts';
import { readEventRevision } from '../event-rules/event-revision-store.ts';

type Json = Record<string, unknown>;

const events = { service: 'events' } as const;
const eventsArn = (resource: string) => `arn:aws:events:${testRegion}:${testAccount}:${resource}`;
const EventSourceArn = eventsArn('event-bus/default');
const archiveArn = eventsArn('archive/kept');
const EventPattern = JSON.stringify({ source: ['aws.sagemaker'] });
const refusal = (code: string, message: string): RefusedCall => ({ status: 400, code, message });
const invalid = (message: string) => refusal('ValidationException', message);
const missing = (what: string) => refusal('ResourceNotFoundException', `${what} does not exist.`);

async function startWithArchive(t: TestContext): Promise<TestApp> {
  const app = await startApp(t);
  await app.ok('CreateEventBus', { Name: 'ml' }, events);
  await app.ok('CreateArchive', { ArchiveName: 'kept', EventSourceArn }, events);
  await newEntries(app);
  return app;
}

const revision = (app: TestApp) => app.database.read(readEventRevision);

describe('is refused', () => {
  const made = { ArchiveName: 'new', EventSourceArn };
  const refusals: [operation: string, input: Json, expected: RefusedCall][] = [
    [
      'CreateArchive',
      { ...made, ArchiveName: 'kept' },
      refusal('ResourceAlreadyExistsException', 'Archive kept already exists.'),
    ],
    [
      'CreateArchive',
      { ...made, EventSourceArn: eventsArn('event-bus/none') },
      missing('Event bus none'),
    ],
    [
      'CreateArchive',
      { ...made, EventSourceArn: EventSourceArn.replace(testAccount, '999999999999') },
      missing('Event bus default'),
    ],
    [
      'CreateArchive',
      { ...made, EventSourceArn: EventSourceArn.replace(testRegion, 'us-east-1') },
      missing('Event bus default'),
    ],
    [
      'CreateArchive',
      { ...made, EventPattern: '[]' },
      refusal(
        'InvalidEventPatternException',
        'Event pattern is not valid. Reason: Filter is not an object\n' +
          ' at [Source: (String)"[]"; line: 1, column: 3]',
      ),
    ],
    [
      'CreateArchive',
      { ...made, KmsKeyIdentifier: 'alias/mine' },
      invalid(
        'Parameter KmsKeyIdentifier is not valid. Reason: There is no KMS here; events are kept as ' +
          'the database keeps them.',
      ),
    ],
    ['DescribeArchive', { ArchiveName: 'none' }, missing('Archive none')],
    ['UpdateArchive', { ArchiveName: 'none', RetentionDays: 1 }, missing('Archive none')],
    ['DeleteArchive', { ArchiveName: 'none' }, missing('Archive none')],
    [
      'UpdateArchive',
      { ArchiveName: 'kept' },
      invalid('At least one of EventPattern, RetentionDays or Description must be provided.'),
    ],
    ['ListArchives', { EventSourceArn: eventsArn('event-bus/none') }, missing('Event bus none')],
    [
      'ListArchives',
      { NamePrefix: 'k', State: 'ENABLED' },
      invalid(
        'At most one filter is allowed for ListArchives. Use either : State, EventSourceArn, or NamePrefix.',
      ),
    ],
  ];
  for (const [operation, input, expected] of refusals) {
    test(`${operation} ${JSON.stringify(input)}`, async (t) => {
      const app = await startWithArchive(t);
      const before = [await rowsOf(app, 'event_archive'), await revision(app)];
      assert.deepEqual(await app.refused(operation, input, events), expected);
      assert.deepEqual([await rowsOf(app, 'event_archive'), await revision(app)], before);
    });
  }

  test('one archive more than an account may have', async (t) => {
    const app = await startApp(t);
    for (let n = 0; n < limits.archivesPerAccountMax; n += 1) {
      await app.ok('CreateArchive', { ArchiveName: `a${n}`, EventSourceArn }, events);
    }
    assert.deepEqual(
      await app.refused('CreateArchive', { ArchiveName: 'new', EventSourceArn }, events),
      refusal(
        'LimitExceededException',
        'The requested resource exceeds the maximum number allowed.',
      ),
    );
  });
});

test('an archive is made, told of, changed and deleted', async (t) => {
  const app = await startApp(t);
  const CreationTime = app.clock.now() / 1000;
  const state = { ArchiveArn: archiveArn, State: 'ENABLED', CreationTime };
  const given = { EventSourceArn, Description: 'for a year', EventPattern, RetentionDays: 365 };
  let counted = await revision(app);

  const created = await app.ok('CreateArchive', { ArchiveName: 'kept', ...given }, events);
  assert.deepEqual(created, state);
  assert.ok((await revision(app)) > counted);
  const described = {
    ...{ ...state, ArchiveName: 'kept', ...given },
    SizeBytes: 0,
    EventCount: 0,
  };
  assert.deepEqual(await app.ok('DescribeArchive', { ArchiveName: 'kept' }, events), described);
  const { ArchiveArn: _, Description: _d, EventPattern: _p, ...listed } = described;
  assert.deepEqual(await app.ok('ListArchives', {}, events), { Archives: [listed] });

  counted = await revision(app);
  app.clock.advance(1_000);
  const changes = { RetentionDays: 0, Description: '' };
  assert.deepEqual(
    await app.ok('UpdateArchive', { ArchiveName: 'kept', ...changes }, events),
    state,
  );
  assert.ok((await revision(app)) > counted);
  const { Description: _gone, ...rest } = described;
  assert.deepEqual(await app.ok('DescribeArchive', { ArchiveName: 'kept' }, events), {
    ...rest,
    RetentionDays: 0,
  });

  counted = await revision(app);
  await app.ok('DeleteArchive', { ArchiveName: 'kept' }, events);
  assert.ok((await revision(app)) > counted);
  assert.deepEqual(await app.ok('ListArchives', {}, events), { Archives: [] });
  await app.ok('CreateArchive', { ArchiveName: 'kept', EventSourceArn }, events);
  const [deleted, anew] = await rowsOf(app, 'event_archive');
  assert.deepEqual(
    [deleted?.['deleted_at'], anew?.['deleted_at']],
    [app.clock.now(), null],
    'its name is free at once; what it kept is swept up afterwards',
  );

  const told = { Description: 'for a year', EventPattern, RetentionDays: 365 };
  const { request: _request, ...entry } = (await newEntries(app))[0]!;
  assert.deepEqual(entry, {
    operation: 'CreateArchive',
    resource: archiveArn,
    after: { EventSourceArn, ...told },
  });
  const [, updated, removed] = (await app.journal()).map(({ document }) => document);
  assert.deepEqual(
    [updated?.['before'], updated?.['after'], removed?.['before'], removed?.['after']],
    [
      { Description: 'for a year', RetentionDays: 365 },
      { RetentionDays: 0 },
      { EventSourceArn, EventPattern, RetentionDays: 0 },
      undefined,
    ],
  );
});

test('archives are listed by name, prefix, bus and state, page by page', async (t) => {
  const app = await startApp(t);
  await app.ok('CreateEventBus', { Name: 'ml' }, events);
  for (const ArchiveName of ['b-2', 'a', 'b-1', 'B']) {
    await app.ok('CreateArchive', { ArchiveName, EventSourceArn }, events);
  }
  const ml = eventsArn('event-bus/ml');
  await app.ok('CreateArchive', { ArchiveName: 'c', EventSourceArn: ml }, events);
  const names = async (input: Json): Promise<unknown[]> => {
    const { Archives } = await app.ok<{ Archives: Json[] }>('ListArchives', input, events);
    return Archives.map((archive) => archive['ArchiveName']);
  };
  assert.deepEqual(await names({}), ['B', 'a', 'b-1', 'b-2', 'c']);
  assert.deepEqual(await names({ NamePrefix: 'b' }), ['b-1', 'b-2']);
  assert.deepEqual(await names({ EventSourceArn: ml }), ['c']);
  assert.deepEqual(await names({ State: 'DISABLED' }), []);
  assert.equal((await names({ State: 'ENABLED' })).length, 5);
  const { NextToken } = await app.ok('ListArchives', { Limit: 3 }, events);
  assert.deepEqual(await names({ Limit: 3, NextToken }), ['b-2', 'c']);
});
