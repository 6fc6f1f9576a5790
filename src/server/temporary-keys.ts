import type { SecretBox } from '../kernel/secret-box.ts';
import type { AccessKey } from '../domain/access/principal.ts';
import { sessionInForce } from '../domain/sts/session-in-force-store.ts';
import { openSession } from '../domain/sts/session-token.ts';
import type { Database } from '../store/database.ts';

const keyForm = /^ASIA[A-Z2-7]{16}$/;

/** Whether an access key's id is that of temporary credentials. */
export function isTemporary(accessKeyId: string): boolean {
  return keyForm.test(accessKeyId);
}

/** What temporary keys are read with. */
export interface TemporaryKeyParts {
  readonly root: AccessKey;
  readonly database: Database;
  readonly secrets: SecretBox;
  readonly partition: string;
}

/**
 * The key that a token tells of, whichever server of the database made it; undefined when none did,
 * or when the session's role or user is gone. Whether it has expired is the signature's to say.
 */
export async function readTemporaryKey(
  { root, database, secrets, partition }: TemporaryKeyParts,
  accessKeyId: string,
  token: string,
): Promise<AccessKey | undefined> {
  const session = openSession(secrets, accessKeyId, token);
  if (!session) return undefined;
  const { holder, secretAccessKey, expiresAt } = session;
  if (holder.type === 'root' && holder.accessKeyId !== root.accessKeyId) return undefined;
  const inForce = await database.read((tx) => sessionInForce(tx, session, partition));
  if (!inForce) return undefined;
  return {
    accessKeyId,
    secretAccessKey,
    active: true,
    sessionToken: token,
    expiresAt,
    ...inForce,
  };
}
