import type { Credentials } from '../../contracts/sts.gen.ts';
import type { SecretBox } from '../../kernel/secret-box.ts';
import { newSecretAccessKey, newTemporaryKeyId } from '../../kernel/unique-id.ts';
import { sealSession } from './session-token.ts';
import type { SessionHolder } from './session-token.ts';

/** What credentials are made for. */
export interface NewSession {
  readonly holder: SessionHolder;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly seconds: number;
  readonly grants?: string | undefined;
}

/** Makes temporary credentials; only the answer they go into ever holds them. */
export function newCredentials(secrets: SecretBox, session: NewSession): Credentials {
  const { holder, now, seconds, grants } = session;
  const accessKeyId = newTemporaryKeyId();
  const secretAccessKey = newSecretAccessKey();
  // Whole seconds, as the answer tells them.
  const issuedAt = Math.floor(now / 1000) * 1000;
  const expiresAt = issuedAt + seconds * 1000;
  const token = sealSession(secrets, accessKeyId, {
    holder,
    secretAccessKey,
    issuedAt,
    expiresAt,
    ...(grants !== undefined && { grants }),
  });
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: token,
    Expiration: expiresAt,
  };
}
