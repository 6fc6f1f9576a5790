import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { limits } from '../../kernel/limits.ts';
import type { SecretBox } from '../../kernel/secret-box.ts';
import type { Tag } from '../../contracts/sts.gen.ts';

/** What a session may have that its role has not. */
export interface SessionGrants {
  /** A policy's text. */
  readonly policy?: string;
  /** ARNs of managed policies. */
  readonly policyArns?: readonly string[];
  readonly tags?: readonly Tag[];
  readonly transitiveTagKeys?: readonly string[];
}

/** Whose a session is. */
export type SessionHolder =
  | {
      readonly type: 'role';
      readonly accountId: string;
      readonly roleId: string;
      readonly name: string;
      readonly sourceIdentity?: string;
    }
  | { readonly type: 'user'; readonly accountId: string; readonly userId: string }
  | {
      readonly type: 'root';
      readonly accountId: string;
      /** The access key that it was made with, and without which it is nothing. */
      readonly accessKeyId: string;
    };

/** All that there is to know of a session: nothing of it is stored. */
export interface SealedSession {
  readonly holder: SessionHolder;
  readonly secretAccessKey: string;
  /** Epoch milliseconds, both. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** Packed, as it is what grows. */
  readonly grants?: string;
}

/** A session's policies and tags in as few bytes as may be. */
export function packGrants(grants: SessionGrants): Buffer {
  return deflateRawSync(JSON.stringify(grants));
}

/** The policies and tags of a session. */
export function grantsOf({ grants }: SealedSession): SessionGrants {
  if (grants === undefined) return {};
  return JSON.parse(inflateRawSync(Buffer.from(grants, 'base64')).toString()) as SessionGrants;
}

/** The token that comes with each request of a session; only those who hold the key can read it. */
export function sealSession(
  secrets: SecretBox,
  accessKeyId: string,
  session: SealedSession,
): string {
  const { keyId, sealed } = secrets.seal(JSON.stringify(session), binding(accessKeyId));
  return `${keyId}.${Buffer.from(sealed, 'base64').toString('base64url')}`;
}

/** The session of a token; undefined where nobody here made it for this access key. */
export function openSession(
  secrets: SecretBox,
  accessKeyId: string,
  token: string,
): SealedSession | undefined {
  if (token.length > limits.sessionTokenCharactersMax) return undefined;
  const [, keyId, text] = tokenForm.exec(token) ?? [];
  if (keyId === undefined || text === undefined) return undefined;
  const sealed = Buffer.from(text, 'base64url').toString('base64');
  try {
    return JSON.parse(secrets.open({ keyId, sealed }, binding(accessKeyId))) as SealedSession;
  } catch {
    return undefined;
  }
}

const tokenForm = /^([0-9a-f]{16})\.([\w-]+)$/;

/** A token opens with the access key that it was made for, and no stored secret passes as one. */
function binding(accessKeyId: string): string {
  return `session of access key ${accessKeyId}`;
}
