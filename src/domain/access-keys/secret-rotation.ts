import { limits } from '../../kernel/limits.ts';
import type { SecretBox } from '../../kernel/secret-box.ts';
import type { Database } from '../../store/database.ts';
import { secretBinding } from './access-key.ts';
import { listOtherwiseSealed, saveSecret } from './access-key-store.ts';

/**
 * Seals every secret under the newest encryption key and answers how many were not. It may run
 * beside servers, and goes on where it was broken off.
 */
export async function resealSecrets(database: Database, secrets: SecretBox): Promise<number> {
  const { currentKeyId } = secrets;
  let count = 0;
  for (;;) {
    const resealed = await database.write(async (tx) => {
      const keys = await listOtherwiseSealed(tx, currentKeyId, limits.scanRows);
      for (const key of keys) {
        const sealed = { keyId: key.secret_key_id, sealed: key.secret };
        const next = secrets.seal(secrets.open(sealed, secretBinding(key)), secretBinding(key));
        const { account_id, id } = key;
        await saveSecret(tx, { account_id, id, secret: next.sealed, secret_key_id: next.keyId });
      }
      return keys.length;
    });
    count += resealed;
    if (resealed < limits.scanRows) return count;
  }
}
