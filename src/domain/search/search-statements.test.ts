import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { unversioned } from '../../../tests/support/samples.ts';
import { testDatabaseKind } from '../../../tests/support/test-database.ts';
import { startApp, testCall } from '../../../tests/support/scenario.ts';
import type { TestApp } from '../../../tests/support/test-app.ts';
import type { SearchRequest } from '../../contracts/sagemaker.gen.ts';
import type { Transaction } from '../../store/database.ts';
import { sqlite } from '../../store/dialect.ts';
import { compile } from '../../store/query.ts';
import type { Query } from '../../store/query.ts';
import type { OperationContext } from '../operation.ts';
import { getSearchSuggestions } from './get-search-suggestions.ts';
import { search } from './search.ts';

/** Passes statements on and notes how the database means to run them. */
function explaining(tx: Transaction, plans: Map<string, string[]>): Transaction {
  const explain = async (query: Query<never, unknown>): Promise<void> => {
    const { text } = compile(query, sqlite);
    const compiled = { sql: `explain query plan ${text}`, parameters: [] };
    const rows = await tx.rows({ compile: () => compiled } as never);
    plans.set(
      text,
      rows.map((row) => (row as { detail: string }).detail),
    );
  };
  return {
    ...tx,
    all: async (query, input) => {
      await explain(query);
      return tx.all(query, input);
    },
    first: async (query, input) => {
      await explain(query);
      return tx.first(query, input);
    },
  };
}

async function startFilled(t: TestContext): Promise<TestApp> {
  const app = await startApp(t);
  const Tags = [{ Key: 'k', Value: 'v' }];
  await app.ok('CreateModelPackageGroup', { ModelPackageGroupName: 'A', Tags });
  for (const metadata of ['a', 'b', 'c']) {
    await app.ok('CreateModelPackage', {
      ModelPackageGroupName: 'A',
      CustomerMetadataProperties: { k: metadata },
    });
  }
  await app.ok('CreateModelPackage', { ...unversioned, Tags });
  return app;
}

const filter = (Name: string, Value: string) => ({ Name, Operator: 'In' as const, Value });
const requests: Partial<SearchRequest>[] = [
  {},
  { SortBy: 'CreationTime' },
  { SearchExpression: { Filters: [filter('ModelPackageGroupName', 'A')] } },
  {
    SearchExpression: {
      Filters: [
        filter('ModelPackageGroupName', 'A'),
        filter('CustomerMetadataProperties.k', 'a'),
        filter('ModelApprovalStatus', 'PendingManualApproval'),
      ],
    },
  },
  { SearchExpression: { Filters: [filter('Tags.k', 'v')] } },
  { SearchExpression: { Filters: [filter('ModelPackageName', 'A/1,Solo')] } },
  { SortBy: 'ModelPackageDescription' },
  { Resource: 'ModelPackageGroup' },
  { Resource: 'ModelPackageGroup', SearchExpression: { Filters: [filter('Tags.k', 'v')] } },
  {
    Resource: 'ModelPackageGroup',
    SearchExpression: { Filters: [filter('ModelPackageGroupName', 'A')] },
  },
];

// What SQLite would run through; PostgreSQL's plans depend on how much the tables hold.
const onSqlite = testDatabaseKind === 'sqlite' ? test : () => undefined;

void onSqlite('every statement of a search is driven by a key', async (t) => {
  const app = await startFilled(t);
  const plans = new Map<string, string[]>();
  await app.database.read(async (tx) => {
    const spy = explaining(tx, plans);
    const context = { tx: spy, call: testCall() } as unknown as OperationContext;
    for (const request of requests) {
      for (const SortOrder of ['Ascending', 'Descending'] as const) {
        await search.run(
          { Resource: 'ModelPackage', ...request, SortOrder, MaxResults: 1 },
          context,
        );
      }
    }
    await getSearchSuggestions.run({ Resource: 'ModelPackage' }, context);
  });
  assert.ok(plans.size >= 20, `${plans.size} statements`);
  for (const [text, details] of plans) {
    for (const detail of details) {
      // Only the page of a range that a statement has cut out itself is run through.
      assert.doesNotMatch(detail, /^SCAN (?!entry$)/, text);
      // Groups of one millisecond are put in the order of their ids.
      if (text.includes('model_package_group"')) continue;
      assert.doesNotMatch(detail, /TEMP B-TREE/, text);
    }
  }
});
