import type { SecretBox } from '../kernel/secret-box.ts';
import type { AccessKey } from '../domain/access/principal.ts';
import { isAccountDisabled } from '../domain/accounts/account-store.ts';
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
  /** The key that a root user made a session with, which it ends with. */
  readonly findKey: (id: string) => AccessKey | undefined | Promise<AccessKey | undefined>;
}

/**
 * The key that a token tells of, whichever server of the database made it; undefined when none did,
 * or when the session's role or user is gone. Whether it has expired is the signature's to say.
 */
export async function readTemporaryKey(
  { root, database, secrets, partition, findKey }: TemporaryKeyParts,
  accessKeyId: string,
  token: string,
): Promise<AccessKey | undefined> {
  const session = openSession(secrets, accessKeyId, token);
  if (!session) return undefined;
  const { holder, secretAccessKey, expiresAt } = session;
  if (holder.type === 'root' && !(await findKey(holder.accessKeyId))?.active) return undefined;
  const inForce = await database.read((tx) => sessionInForce(tx, session, partition));
  if (!inForce) return undefined;
  const operatorId = root.principal.accountId;
  const { accountId } = holder;
  const isDisabled = await database.read((tx) => isAccountDisabled(tx, accountId, operatorId));
  return {
    accessKeyId,
    secretAccessKey,
    active: !isDisabled,
    sessionToken: token,
    expiresAt,
    ...inForce,
  };
}
