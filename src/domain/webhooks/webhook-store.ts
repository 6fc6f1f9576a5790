import type { Transaction } from '../../store/database.ts';
import type { WebhookRow } from '../../store/event-tables.ts';
import { query } from '../../store/query.ts';
import type { Call } from '../call.ts';
import type { Scope } from '../resource-reference.ts';
import { missingWebhook } from './webhook.ts';
import type { WebhookWithState } from './webhook.ts';

interface WebhookKey extends Scope {
  readonly name: string;
}

const selectWebhook = query<WebhookKey, WebhookRow>((sql, key) =>
  sql
    .selectFrom('webhook')
    .selectAll()
    .where('account_id', '=', key.accountId)
    .where('region', '=', key.region)
    .where('name', '=', key.name)
    .forNoKeyUpdate(),
);

/** The webhook of a name, for who is about to send to it or to change it. */
export function findWebhook(
  tx: Transaction,
  { accountId, region }: Scope,
  name: string,
): Promise<WebhookRow | undefined> {
  return tx.first(selectWebhook, { accountId, region, name });
}

const selectWithState = query<WebhookKey, WebhookWithState>((sql, key) =>
  sql
    .selectFrom('webhook')
    .innerJoin('event_rule', 'event_rule.id', 'webhook.rule_id')
    .selectAll('webhook')
    .select('event_rule.state as rule_state')
    .where('webhook.account_id', '=', key.accountId)
    .where('webhook.region', '=', key.region)
    .where('webhook.name', '=', key.name)
    .forNoKeyUpdate(),
);

/** The webhook of a name and the state of its rule, or the refusal that it is not there. */
export async function requireWebhook(
  tx: Transaction,
  { accountId, region }: Call,
  name: string,
): Promise<WebhookWithState> {
  const row = await tx.first(selectWithState, { accountId, region, name });
  if (!row) throw missingWebhook(name);
  return row;
}

interface WebhookPage extends Scope {
  readonly after: string;
  readonly limit: number;
}

const selectWebhooks = query<WebhookPage, WebhookWithState>((sql, q) =>
  sql
    .selectFrom('webhook')
    .innerJoin('event_rule', 'event_rule.id', 'webhook.rule_id')
    .selectAll('webhook')
    .select('event_rule.state as rule_state')
    .where('webhook.account_id', '=', q.accountId)
    .where('webhook.region', '=', q.region)
    .where('webhook.name', '>', q.after)
    .orderBy('webhook.name')
    .limit(q.limit),
);

/** Webhooks by name. */
export function listWebhookRows(
  tx: Transaction,
  { accountId, region }: Call,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<WebhookWithState[]> {
  return tx.all(selectWebhooks, { accountId, region, after, limit });
}

const countRows = query<Scope, { count: number }>((sql, q) =>
  sql
    .selectFrom('webhook')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('account_id', '=', q.accountId)
    .where('region', '=', q.region),
);

/** How many webhooks there are in an account and region. */
export async function countWebhooks(
  tx: Transaction,
  { accountId, region }: Scope,
): Promise<number> {
  return (await tx.first(countRows, { accountId, region }))!.count;
}

type NewWebhook = Omit<WebhookRow, 'id'>;

const insertRow = query<NewWebhook>((sql, row) =>
  sql.insertInto('webhook').values({
    account_id: row.account_id,
    region: row.region,
    name: row.name,
    url: row.url,
    format: row.format,
    description: row.description,
    document: row.document,
    rule_id: row.rule_id,
    signing_secret: row.signing_secret,
    secret_key_id: row.secret_key_id,
    created_at: row.created_at,
    modified_at: row.modified_at,
  }),
);

/** Inserts a webhook; fails on a taken name. */
export function insertWebhook(tx: Transaction, row: NewWebhook): Promise<void> {
  return tx.run(insertRow, row);
}

type ChangedWebhook = Pick<
  WebhookRow,
  'id' | 'url' | 'format' | 'description' | 'document' | 'modified_at'
>;

const updateRow = query<ChangedWebhook>((sql, row) =>
  sql
    .updateTable('webhook')
    .set({
      url: row.url,
      format: row.format,
      description: row.description,
      document: row.document,
      modified_at: row.modified_at,
    })
    .where('id', '=', row.id),
);

/** Keeps what a webhook was changed to. */
export function saveWebhook(tx: Transaction, row: ChangedWebhook): Promise<void> {
  const { id, url, format, description, document, modified_at } = row;
  return tx.run(updateRow, { id, url, format, description, document, modified_at });
}

type SealedWebhook = Pick<WebhookRow, 'id' | 'signing_secret' | 'secret_key_id'>;

const updateSecret = query<SealedWebhook>((sql, row) =>
  sql
    .updateTable('webhook')
    .set({ signing_secret: row.signing_secret, secret_key_id: row.secret_key_id })
    .where('id', '=', row.id),
);

/** Keeps a webhook's secrets: new ones, or the same sealed anew. */
export function saveWebhookSecrets(tx: Transaction, row: SealedWebhook): Promise<void> {
  return tx.run(updateSecret, row);
}

const deleteRow = query<Pick<WebhookRow, 'id'>>((sql, row) =>
  sql.deleteFrom('webhook').where('id', '=', row.id),
);

/** Removes a webhook. */
export function removeWebhook(tx: Transaction, { id }: Pick<WebhookRow, 'id'>): Promise<void> {
  return tx.run(deleteRow, { id });
}

const selectOtherwiseSealed = query<{ keyId: string; limit: number }, WebhookRow>((sql, q) =>
  sql
    .selectFrom('webhook')
    .selectAll()
    .where('secret_key_id', '<>', q.keyId)
    .orderBy('id')
    .limit(q.limit)
    .forNoKeyUpdate(),
);

/** Webhooks whose secrets are sealed under another encryption key. */
export function listWebhooksOtherwiseSealed(
  tx: Transaction,
  keyId: string,
  limit: number,
): Promise<WebhookRow[]> {
  return tx.all(selectOtherwiseSealed, { keyId, limit });
}
