import { limits } from '../../kernel/limits.ts';
import type { SealedText, SecretBox } from '../../kernel/secret-box.ts';
import type { Database, Transaction } from '../../store/database.ts';
import { destinationBinding } from '../api-destinations/api-destination.ts';
import {
  listDestinationsOtherwiseSealed,
  saveDestinationSecrets,
} from '../api-destinations/api-destination-store.ts';
import { connectionBinding } from '../event-connections/event-connection.ts';
import {
  listConnectionsOtherwiseSealed,
  saveConnectionSecret,
} from '../event-connections/event-connection-store.ts';
import { webhookBinding } from '../webhooks/webhook.ts';
import { listWebhooksOtherwiseSealed, saveWebhookSecrets } from '../webhooks/webhook-store.ts';
import { secretBinding } from './access-key.ts';
import { listOtherwiseSealed, saveSecret } from './access-key-store.ts';

/** A secret of some row, and how another sealing of it is kept. */
interface SealedRow extends SealedText {
  readonly boundTo: string;
  save(tx: Transaction, sealed: SealedText): Promise<void>;
}

/** Finds secrets of one kind that are sealed under another key, at most so many. */
type FindSealed = (tx: Transaction, keyId: string, limit: number) => Promise<SealedRow[]>;

const everySecret: readonly FindSealed[] = [
  async (tx, keyId, limit) =>
    (await listOtherwiseSealed(tx, keyId, limit)).map((row) => ({
      ...{ keyId: row.secret_key_id, sealed: row.secret, boundTo: secretBinding(row) },
      save: (write, next) =>
        saveSecret(write, {
          ...{ account_id: row.account_id, id: row.id },
          ...{ secret: next.sealed, secret_key_id: next.keyId },
        }),
    })),
  async (tx, keyId, limit) =>
    (await listConnectionsOtherwiseSealed(tx, keyId, limit)).map((row) => ({
      ...{ keyId: row.secret_key_id!, sealed: row.secret!, boundTo: connectionBinding(row) },
      save: (write, next) =>
        saveConnectionSecret(write, {
          ...{ id: row.id, secret: next.sealed, secret_key_id: next.keyId },
        }),
    })),
  async (tx, keyId, limit) =>
    (await listDestinationsOtherwiseSealed(tx, keyId, limit)).map((row) => ({
      ...{ keyId: row.secret_key_id, sealed: row.signing_secret },
      boundTo: destinationBinding(row),
      save: (write, next) => saveDestinationSecrets(write, signing(row.id, next)),
    })),
  async (tx, keyId, limit) =>
    (await listWebhooksOtherwiseSealed(tx, keyId, limit)).map((row) => ({
      ...{ keyId: row.secret_key_id, sealed: row.signing_secret, boundTo: webhookBinding(row) },
      save: (write, next) => saveWebhookSecrets(write, signing(row.id, next)),
    })),
];

function signing(id: number, { sealed, keyId }: SealedText) {
  return { id, signing_secret: sealed, secret_key_id: keyId };
}

/**
 * Seals every secret under the newest encryption key and answers how many were not. It may run
 * beside servers, and goes on where it was broken off.
 */
export async function resealSecrets(database: Database, secrets: SecretBox): Promise<number> {
  let count = 0;
  for (const find of everySecret) count += await resealKind(database, secrets, find);
  return count;
}

async function resealKind(
  database: Database,
  secrets: SecretBox,
  find: FindSealed,
): Promise<number> {
  const { currentKeyId } = secrets;
  let count = 0;
  for (;;) {
    const resealed = await database.write(async (tx) => {
      const rows = await find(tx, currentKeyId, limits.scanRows);
      for (const row of rows) {
        await row.save(tx, secrets.seal(secrets.open(row, row.boundTo), row.boundTo));
      }
      return rows.length;
    });
    count += resealed;
    if (resealed < limits.scanRows) return count;
  }
}
