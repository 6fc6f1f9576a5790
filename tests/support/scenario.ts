/**
 * Words for scenarios. A scenario states four things of a call: its answer, the rows it leaves, its
 * journal entry, and the events in it; a refusal states that it left nothing but its entry.
 */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Flags } from '../../src/config.ts';
import { rootPrincipal } from '../../src/domain/access/principal.ts';
import type { Call } from '../../src/domain/call.ts';
import type { ModelPackageRow, Tables } from '../../src/store/tables.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import { TestApp, testAccount, testRegion } from './test-app.ts';

type Json = Record<string, unknown>;

/** Starts the product for one test; it closes when the test ends. */
export async function startApp(t: TestContext, flags: Flags = {}): Promise<TestApp> {
  const app = await TestApp.start(flags);
  t.after(() => app.close());
  return app;
}

type FactTable = Exclude<keyof Tables, 'schema_migration' | 'journal' | 'identity_revision'>;

const factTables = [
  'model_package_group',
  'model_package',
  'model_package_name',
  'search_property_name',
  'search_property',
  'iam_user',
  'access_key',
  'iam_group',
  'iam_group_member',
  'iam_inline_policy',
  'iam_policy',
  'iam_policy_version',
  'iam_attached_policy',
  'iam_role',
  'account',
  'shared_group',
  'resource_share',
  'resource_share_group',
  'resource_share_principal',
  'event_bus',
  'event_rule',
  'event_target',
  'event_outbox',
  'event_archive',
  'event_replay',
  'event_connection',
  'api_destination',
  'webhook',
] as const satisfies readonly FactTable[];

/** A table's rows in the order they were made, with their JSON columns parsed. */
export async function rowsOf(app: TestApp, table: FactTable): Promise<Json[]> {
  const rows: Json[] = await app.database.read((tx) =>
    tx.rows(tx.sql.selectFrom(table).selectAll()),
  );
  if (rows.every(({ id }) => typeof id === 'number')) {
    rows.sort((one, other) => Number(one['id']) - Number(other['id']));
  }
  return rows.map((row) => {
    const { tags, document, ...columns } = row;
    return {
      ...columns,
      ...(typeof tags === 'string' && { tags: JSON.parse(tags) as Json }),
      ...(typeof document === 'string' && { document: JSON.parse(document) as Json }),
    };
  });
}

/** What searches find the resources by: `<resource> <property>=<value>`, sorted. */
export async function searchPropertiesOf(app: TestApp): Promise<string[]> {
  const rows = await app.database.read((tx) =>
    tx.rows(
      tx.sql
        .selectFrom('search_property as p')
        .innerJoin('search_property_name as n', 'n.id', 'p.name_id')
        .select(['n.resource', 'n.name', 'p.value']),
    ),
  );
  return rows.map(({ resource, name, value }) => `${resource} ${name}=${value}`).sort();
}

/** A journal entry without what all entries of a test have in common. */
export interface StatedEntry {
  readonly operation: string;
  readonly resource?: string;
  /** `<code>: <message>` of a refused call. */
  readonly error?: string;
  readonly request?: unknown;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly events?: unknown;
}

const seen = new WeakMap<TestApp, number>();

/** The journal's entries since this was last asked, the oldest first. */
export async function newEntries(app: TestApp): Promise<StatedEntry[]> {
  const journal = await app.journal();
  const fresh = journal.slice(seen.get(app) ?? 0);
  seen.set(app, journal.length);
  return fresh.map(({ operation, resource_arn, error_code, document }) => {
    const {
      sourceIp: _ip,
      userAgent: _agent,
      principalId: _id,
      errorMessage,
      ...change
    } = document;
    return {
      operation,
      ...(resource_arn !== null && { resource: resource_arn }),
      ...(error_code !== null && { error: `${error_code}: ${String(errorMessage)}` }),
      ...change,
    };
  });
}

/** What a refusal is expected to say. */
export interface ExpectedRefusal {
  /** ValidationException when it is left out. */
  readonly code?: string;
  readonly message: string | RegExp;
  /** The resource that the journal names; left out when the call never got to one. */
  readonly resource?: string;
}

/**
 * A refused call: its answer, its entry with the request and without a change or an event, and
 * every row as it was.
 */
export async function assertRefused(
  app: TestApp,
  operation: string,
  input: Json,
  expected: ExpectedRefusal,
  options: { region?: string; service?: 'imprimatur' } = {},
): Promise<void> {
  const { code = 'ValidationException', message, resource } = expected;
  const rows = await allRows(app);
  await newEntries(app);
  const error = await app.refused(operation, input, options);
  assert.deepEqual({ status: error.status, code: error.code }, { status: 400, code });
  if (typeof message === 'string') assert.equal(error.message, message);
  else assert.match(error.message, message);
  const [entry, ...others] = await newEntries(app);
  assert.deepEqual(others, []);
  const { request: _, ...stated } = entry!;
  assert.deepEqual(stated, {
    operation,
    ...(resource !== undefined && { resource }),
    error: `${code}: ${error.message}`,
  });
  assert.deepEqual(await allRows(app), rows);
}

async function allRows(app: TestApp): Promise<Json[][]> {
  return Promise.all(factTables.map((table) => rowsOf(app, table)));
}

/**
 * The pages of a list call, to the last; every page but the last is full, none is empty, and no
 * token comes twice.
 */
export async function pagesOf<Item = Json>(
  app: TestApp,
  operation: string,
  input: Json & { MaxResults: number },
  list: string,
): Promise<Item[][]> {
  const pages: Item[][] = [];
  const tokens = new Set<string>();
  let token: string | undefined;
  do {
    const page: Json = await app.ok(operation, { ...input, ...(token && { NextToken: token }) });
    pages.push(page[list] as Item[]);
    token = page['NextToken'] as string | undefined;
    if (token === undefined) break;
    assert.equal(pages.at(-1)!.length, input.MaxResults, 'a page before the last is full');
    assert.ok(!tokens.has(token), 'a token comes once');
    tokens.add(token);
  } while (tokens.size < 1_000);
  if (pages.length > 1) assert.notEqual(pages.at(-1)!.length, 0, 'the last page is not empty');
  return pages;
}

/** Checks until it is so: the use of a key, for one, is written down beside the call. */
export async function eventually(check: () => Promise<void>): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    try {
      return await check();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  await check();
}

/** The sentence for one violated constraint; lists and maps are not repeated, so give undefined. */
export function violated(value: string | null | undefined, path: string, rule: string): string {
  const shown = value === undefined ? '' : value === null ? ' null' : ` '${value}'`;
  return `1 validation error detected: Value${shown} at '${path}' failed to satisfy constraint: ${rule}`;
}

/** Who made or changed things, as CreatedBy and LastModifiedBy tell it. */
export const testUser = {
  IamIdentity: { Arn: `arn:aws:iam::${testAccount}:root`, PrincipalId: testAccount },
};

/** Another account, whose resources the test account may not touch. */
export const otherAccount = '999999999999';

/** The text of a policy by which a group of the test account lets another account in. */
export function sharingPolicy(group: string, accountId: string, actions: string[]): string {
  const Resource = [`model-package-group/${group}`, `model-package/${group}/*`].map(
    (resource) => `arn:aws:sagemaker:${testRegion}:${testAccount}:${resource}`,
  );
  const Principal = { AWS: `arn:aws:iam::${accountId}:root` };
  const Statement = [{ Effect: 'Allow', Principal, Action: actions, Resource }];
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

/** The text of a call refused because another account's resource policy does not allow it. */
export function deniedText(action: string, resourceArn: string): string {
  return (
    `User: arn:aws:iam::${testAccount}:root is not authorized to perform: ${action} on resource: ` +
    `${resourceArn} because no resource-based policy allows the ${action} action`
  );
}

/** The ARN of a resource of another account. */
export function foreignArn(resource: string): string {
  return `arn:aws:sagemaker:${testRegion}:${otherAccount}:${resource}`;
}

/** A call for tests of pure rules. */
export function testCall(change: Partial<Call> = {}): Call {
  return {
    requestId: '00000000-0000-4000-8000-000000000001',
    accountId: testAccount,
    operatorAccountId: testAccount,
    region: testRegion,
    partition: 'aws',
    principal: rootPrincipal(testAccount, 'aws'),
    accessKeyId: 'AKIATEST',
    sourceIp: '127.0.0.1',
    isSecure: false,
    userAgent: 'imprimatur-tests',
    service: 'sagemaker',
    operation: 'UpdateModelPackage',
    isGlobal: false,
    now: Date.parse('2026-03-04T09:15:27.500Z'),
    strictAws: false,
    validationProfileStatus: 'NotStarted',
    ...change,
  };
}

/** The message of what a rule refuses; `undefined` when it refuses nothing. */
export function refusalOf(rule: () => unknown): string | undefined {
  try {
    rule();
    return undefined;
  } catch (error) {
    assert.ok(error instanceof Refusal, String(error));
    return `${error.kind}: ${error.message}`;
  }
}

/** Version 3 of the group Fraud as the store keeps it, for tests of pure rules. */
export function testVersion(
  document: Json = {},
  columns: Partial<ModelPackageRow> = {},
): ModelPackageRow {
  const createdAt = Date.parse('2026-03-01T00:00:00.000Z');
  return {
    id: 30,
    account_id: testAccount,
    region: testRegion,
    type: 'Versioned',
    group_id: 7,
    name: 'Fraud',
    version: 3,
    alias: null,
    approval_status: 'PendingManualApproval',
    status: 'Completed',
    created_at: createdAt,
    last_modified_at: null,
    modified_at: createdAt,
    client_token: null,
    request_hash: null,
    tags: '[]',
    document: JSON.stringify({
      CertifyForMarketplace: false,
      SkipModelValidation: 'None',
      ModelPackageStatusDetails: { ValidationStatuses: [], ImageScanStatuses: [] },
      CreatedBy: testUser,
      ...document,
    }),
    ...columns,
  };
}
