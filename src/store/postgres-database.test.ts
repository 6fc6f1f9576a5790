/** What only PostgreSQL can do to a store: connections that break, transactions that meet. */
import assert from 'node:assert/strict';
import { test as anyTest } from 'node:test';
import type { TestContext } from 'node:test';
import pg from 'pg';
import { TcpProxy } from '../../tests/support/tcp-proxy.ts';
import { newDatabaseUrl, testDatabaseKind } from '../../tests/support/test-database.ts';
import { limits } from '../kernel/limits.ts';
import { Refusal } from '../kernel/refusal.ts';
import { parseDatabaseUrl } from './database-url.ts';
import { Unavailable } from './database.ts';
import type { Database, Transaction } from './database.ts';
import { openDatabase } from './open-database.ts';
import { openPostgres } from './postgres-database.ts';
import { query } from './query.ts';

type Body = (t: TestContext) => Promise<void>;

/** Where the suite runs on SQLite there is nothing to test here. */
function test(name: string, body: Body): void {
  if (testDatabaseKind === 'postgres') void anyTest(name, body);
}

const insert = query<{ id: number; name: string }>((sql, row) =>
  sql.insertInto('schema_migration').values({ id: row.id, name: row.name }),
);
const update = query<{ id: number; name: string }>((sql, row) =>
  sql.updateTable('schema_migration').set({ name: row.name }).where('id', '=', row.id),
);
const names = query<object, { name: string }>((sql) =>
  sql.selectFrom('schema_migration').select('name').where('id', '>=', 1000).orderBy('id'),
);
const everything = query<object, { id: number; name: string }>((sql) =>
  sql.selectFrom('schema_migration').selectAll().where('id', '>=', 1000).orderBy('id'),
);
const idsByName = query<object, { id: number }>((sql) =>
  sql.selectFrom('schema_migration').select('id').where('id', '>=', 1000).orderBy('name'),
);
const lock = query<{ id: number }, { id: number }>((sql, key) =>
  sql.selectFrom('schema_migration').select('id').where('id', '=', key.id).forNoKeyUpdate(),
);

const add = (id: number, name: string) => (tx: Transaction) => tx.run(insert, { id, name });
const namesNow = (tx: Transaction) => tx.all(names, {});
const namesIn = async (database: Database) =>
  (await database.read(namesNow)).map(({ name }) => name);

interface Place {
  readonly database: Database;
  readonly wire: TcpProxy;
  /** Runs SQL past the store. */
  readonly sql: (text: string) => Promise<Record<string, unknown>[]>;
  /** Ends every session of the store, as an administrator does. */
  readonly terminate: () => Promise<void>;
}

async function open(
  t: TestContext,
  connectionsMax: number = limits.databaseConnections,
): Promise<Place> {
  const direct = await newDatabaseUrl();
  const wire = await TcpProxy.start(Number(new URL(direct).port));
  const url = parseDatabaseUrl(wire.url(direct));
  assert.ok(url.kind === 'postgres');
  const database = await openPostgres(url, connectionsMax);
  const client = new pg.Client({ connectionString: direct, application_name: 'administrator' });
  await client.connect();
  const sql = async (text: string) => (await client.query<Record<string, unknown>>(text)).rows;
  t.after(async () => {
    await database.close();
    await client.end();
    wire.close();
  });
  const terminate = async () => {
    await sql(`select pg_terminate_backend(pid, 5000) from pg_stat_activity
      where datname = current_database() and application_name = 'imprimatur'`);
  };
  return { database, wire, sql, terminate };
}

/** A promise and the way to keep it: one side of a test waits for the other. */
function signal(): { readonly given: Promise<void>; readonly give: () => void } {
  const { promise: given, resolve: give } = Promise.withResolvers<void>();
  return { given, give: () => give() };
}

test('transactions that lock each other out both happen in the end', async (t) => {
  const { database } = await open(t);
  await database.write(async (tx) => {
    await add(1000, '')(tx);
    await add(1001, '')(tx);
  });
  const both = [signal(), signal()];
  const attempts = [0, 0];
  const crosswise = (me: number) =>
    database.write(async (tx) => {
      attempts[me]! += 1;
      await tx.all(lock, { id: 1000 + me });
      both[me]!.give();
      await both[1 - me]!.given;
      await tx.all(lock, { id: 1001 - me });
      await tx.run(update, { id: 1001 - me, name: `by ${me}` });
    });
  await Promise.all([crosswise(0), crosswise(1)]);
  assert.deepEqual(await namesIn(database), ['by 1', 'by 0']);
  assert.equal(attempts[0]! + attempts[1]!, 3);
});

test('a key that another transaction takes meanwhile is met by looking again', async (t) => {
  const { database } = await open(t);
  const hasLooked = signal();
  const isTaken = signal();
  let attempts = 0;
  const late = database.write(async (tx) => {
    attempts += 1;
    const found = await tx.all(names, {});
    hasLooked.give();
    await isTaken.given;
    if (found.length > 0) return 'taken';
    await add(1000, 'late')(tx);
    return 'made';
  });
  await hasLooked.given;
  await database.write(add(1000, 'early'));
  isTaken.give();
  assert.equal(await late, 'taken');
  assert.equal(attempts, 2);
  assert.deepEqual(await namesIn(database), ['early']);
});

for (const state of ['40001', '40P01', '23505']) {
  test(`what fails with ${state} is tried a bounded number of times`, async (t) => {
    const { database, sql } = await open(t);
    await sql(`create function fail() returns trigger language plpgsql as
      $$ begin raise exception 'again' using errcode = '${state}'; end $$`);
    await sql(`create trigger fail before insert on schema_migration
      for each row execute function fail()`);
    let attempts = 0;
    const write = database.write(async (tx) => {
      attempts += 1;
      await add(1000, 'never')(tx);
    });
    await assert.rejects(write, Unavailable);
    assert.equal(attempts, limits.transactionAttemptsMax);
    await sql('drop trigger fail on schema_migration');
    await database.write(add(1000, 'now'));
    assert.deepEqual(await namesIn(database), ['now']);
  });
}

test('a refusal passes through as it is and undoes all', async (t) => {
  const { database } = await open(t);
  const refusal = new Refusal('conflict', 'No.');
  let attempts = 0;
  const write = database.write(async (tx) => {
    attempts += 1;
    await add(1000, 'undone')(tx);
    throw refusal;
  });
  await assert.rejects(write, (error) => error === refusal);
  assert.equal(attempts, 1);
  assert.deepEqual(await namesIn(database), []);
});

test('whatever work throws undoes all, and nobody else sees any of it', async (t) => {
  const { database } = await open(t, 2);
  for (const thrown of [new Error('no'), new TypeError('no'), new RangeError('no')]) {
    const write = database.write(async (tx) => {
      await add(1000, 'undone')(tx);
      assert.equal((await tx.all(names, {})).length, 1);
      assert.deepEqual(await namesIn(database), []);
      throw thrown;
    });
    await assert.rejects(write, (error) => error === thrown);
  }
  assert.deepEqual(await namesIn(database), []);
  const { connections } = await database.status();
  assert.equal(connections!.open, connections!.idle, 'a connection leaks');
});

test('a statement that was not waited for and failed surfaces at the commit', async (t) => {
  const { database, sql } = await open(t);
  await sql("alter table schema_migration add constraint short check (name <> 'long')");
  const writes = [
    database.write(add(1000, 'long')),
    database.write(async (tx) => {
      await add(1001, 'long')(tx);
      await add(1002, 'short')(tx);
    }),
    database.write(async (tx) => {
      await add(1003, 'long')(tx);
      // Prepared for the first time behind the failure, twice.
      for (let time = 0; time < 2; time += 1) await tx.run(update, { id: 1, name: 'x' });
      await tx.all(everything, {});
    }),
  ];
  for (const outcome of await Promise.allSettled(writes)) {
    assert.ok(outcome.status === 'rejected');
    assert.equal((outcome.reason as { code?: string }).code, '23514', String(outcome.reason));
  }
  assert.deepEqual(await namesIn(database), []);
});

test('a failure that work swallows still undoes the write, and is told', async (t) => {
  const { database, sql } = await open(t);
  await sql("alter table schema_migration add constraint short check (name <> 'long')");
  const write = database.write(async (tx) => {
    await add(1000, 'short')(tx);
    const row = tx.sql.insertInto('schema_migration').values({ id: 1001, name: 'long' });
    await tx.rows(row).catch(() => undefined);
    return 'all is well';
  });
  await assert.rejects(write, { code: '23514' });
  assert.deepEqual(await namesIn(database), []);
});

test('more statements than may be under way at once are all run', async (t) => {
  const { database } = await open(t);
  const count = limits.statementsInFlightMax * 2 + 1;
  await database.write(async (tx) => {
    for (let id = 0; id < count; id += 1) await add(1000 + id, `n${id}`)(tx);
  });
  assert.equal((await namesIn(database)).length, count);
});

test('a write whose connection broke before its commit begins anew', async (t) => {
  const { database, wire, terminate } = await open(t);
  const faults = [terminate, () => Promise.resolve(wire.reset())];
  for (const [index, fault] of faults.entries()) {
    let attempts = 0;
    await database.write(async (tx) => {
      attempts += 1;
      await tx.run(insert, { id: 1000 + index, name: `n${index}` });
      await tx.all(names, {});
      if (attempts === 1) await fault();
      await tx.all(names, {});
    });
    assert.equal(attempts, 2);
  }
  assert.deepEqual(await namesIn(database), ['n0', 'n1']);
});

test('a read whose connection broke is tried again, and idle connections may break', async (t) => {
  const { database, wire, terminate } = await open(t);
  await database.write(add(1000, 'kept'));
  await Promise.all(Array.from({ length: 20 }, () => namesIn(database)));
  for (const fault of [terminate, () => Promise.resolve(wire.reset())]) {
    await fault();
    const found = await Promise.all(Array.from({ length: 20 }, () => namesIn(database)));
    assert.deepEqual(new Set(found.flat()), new Set(['kept']));
    let attempts = 0;
    await database.read(async (tx) => {
      attempts += 1;
      await tx.all(names, {});
      if (attempts === 1) await fault();
      await tx.all(names, {});
    });
    // The connections may all have been made anew for the second statement.
    assert.ok(attempts <= 2);
  }
});

test('an answer cut off in the middle of a message is a lost connection', async (t) => {
  const { database, wire } = await open(t, 1);
  await database.write(add(1000, 'x'.repeat(10_000)));
  let attempts = 0;
  const found = await database.read((tx) => {
    attempts += 1;
    if (attempts === 1) wire.truncate(5_000);
    else wire.heal();
    return tx.all(names, {});
  });
  assert.equal(found[0]!.name.length, 10_000);
  assert.equal(attempts, 2);
});

test('a commit of unknown outcome is told and never tried again', async (t) => {
  const { database, wire } = await open(t, 1);
  let attempts = 0;
  const write = database.write(async (tx) => {
    attempts += 1;
    await add(1000 + attempts, 'perhaps')(tx);
    await tx.all(names, {});
    // Whatever is answered from here on is lost: PostgreSQL commits, and nobody hears of it.
    wire.truncate(1);
  });
  await assert.rejects(write, Unavailable);
  wire.heal();
  assert.equal(attempts, 1);
  await database.write(add(2000, 'after'));
  assert.deepEqual(await namesIn(database), ['perhaps', 'after']);
});

test('a row that another holds for long makes a write unavailable, not hang', async (t) => {
  const { database, sql } = await open(t);
  await database.write(add(1000, 'held'));
  await sql('begin');
  await sql('select 1 from schema_migration where id = 1000 for update');
  const write = database.write((tx) => tx.run(update, { id: 1000, name: 'mine' }));
  await assert.rejects(write, Unavailable);
  await sql('rollback');
  await database.write((tx) => tx.run(update, { id: 1000, name: 'mine' }));
  assert.deepEqual(await namesIn(database), ['mine']);
});

test('statements go on after a newer server has added a column', async (t) => {
  const { database, sql } = await open(t);
  await database.write(add(1000, 'old'));
  const readAll = () =>
    Promise.all(Array.from({ length: 20 }, () => database.read((tx) => tx.all(everything, {}))));
  await readAll();
  await sql('alter table schema_migration add column note text');
  const rows = (await readAll()).flat();
  assert.deepEqual(
    rows,
    Array.from({ length: 20 }, () => ({ id: 1000, name: 'old', note: null })),
  );
  await sql('alter table schema_migration add column other text');
  await database.write(async (tx) => {
    assert.equal((await tx.all(everything, {})).length, 1);
    await add(1001, 'new')(tx);
  });
  assert.deepEqual(await namesIn(database), ['old', 'new']);
});

test('a database made read-only takes no writes and still answers reads', async (t) => {
  const { database, sql, terminate } = await open(t);
  await database.write(add(1000, 'kept'));
  const name = (await sql('select current_database() as name'))[0]!['name'] as string;
  await sql(`alter database ${name} set default_transaction_read_only = on`);
  await terminate();
  await assert.rejects(database.write(add(1001, 'refused')), Unavailable);
  assert.deepEqual(await namesIn(database), ['kept']);
  await sql('set default_transaction_read_only = off');
  await sql(`alter database ${name} set default_transaction_read_only = off`);
  await terminate();
  await database.write(add(1001, 'welcome'));
  assert.deepEqual(await namesIn(database), ['kept', 'welcome']);
});

test('calls wait for one another where connections are few', async (t) => {
  const { database } = await open(t, 1);
  const writes = Array.from({ length: 50 }, (_, index) =>
    database.write(async (tx) => {
      await tx.all(names, {});
      await add(1000 + index, `n${index}`)(tx);
    }),
  );
  const reads = Array.from({ length: 50 }, () => namesIn(database));
  await Promise.all([...writes, ...reads]);
  assert.equal((await namesIn(database)).length, 50);
  const { connections } = await database.status();
  assert.deepEqual(connections, { open: 1, idle: 1, waiting: 0 });
});

test('closing waits for what is being written and takes nothing more', async () => {
  const url = await newDatabaseUrl();
  const database = await openDatabase(url);
  const [hasBegun, mayEnd] = [signal(), signal()];
  const last = database.write(async (tx) => {
    await add(1000, 'last')(tx);
    hasBegun.give();
    await mayEnd.given;
  });
  await hasBegun.given;
  const closing = database.close();
  await assert.rejects(database.write(add(1001, 'too late')), Unavailable);
  await assert.rejects(namesIn(database), Unavailable);
  mayEnd.give();
  await Promise.all([last, closing]);
  const again = await openDatabase(url);
  assert.deepEqual(await namesIn(again), ['last']);
  await again.close();
});

test('values that a driver would store as something else are refused', async (t) => {
  const { database } = await open(t);
  for (const value of [undefined, new Date(), {}, true]) {
    const write = database.write((tx) => tx.run(insert, { id: 1000, name: value as string }));
    await assert.rejects(write, TypeError);
  }
  assert.deepEqual(await namesIn(database), []);
});

test('whole numbers of 64 bits are numbers', async (t) => {
  const { database } = await open(t);
  await database.write(add(2 ** 53 - 1, 'large'));
  const [row] = await database.read((tx) => tx.all(everything, {}));
  assert.deepEqual(row, { id: 2 ** 53 - 1, name: 'large' });
  const { bytes } = await database.status();
  assert.ok(Number.isSafeInteger(bytes) && bytes > 0);
});

test('text sorts by its bytes, not as a language would have it', async (t) => {
  const { database } = await open(t);
  const words = ['Z', '_', 'a', 'b', 'ä', 'é', '日', '😀'];
  await database.write(async (tx) => {
    for (const [index, word] of words.toReversed().entries()) await add(1000 + index, word)(tx);
  });
  const rows = await database.read((tx) => tx.all(idsByName, {}));
  assert.deepEqual(
    rows.map(({ id }) => id),
    words.map((_, index) => 1000 + words.length - 1 - index),
  );
});
