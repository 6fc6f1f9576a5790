import type { PolicySet } from './evaluate-policy.ts';

/** Who calls. */
export interface Principal {
  readonly type: 'Account' | 'User' | 'AssumedRole' | 'FederatedUser';
  readonly accountId: string;
  /** Of a session the session's own: `arn:aws:sts::…:assumed-role/<role>/<session>`. */
  readonly arn: string;
  /** `aws:userid`: the account's number, `AIDA…`, `AROA…:<session>`. */
  readonly principalId: string;
  /** The tags of the user; of a session, those of its role with its own put in. */
  readonly tags: ReadonlyMap<string, string>;
  /** Of users. */
  readonly userName?: string;
  /** Of a session: the ARN of the role that it was made from, with the role's path. */
  readonly roleArn?: string;
  /** Of temporary credentials. */
  readonly session?: Session;
}

/** What is known of a session besides whose it is. */
export interface Session {
  /** Of a role's session; those of users and of root have none. */
  readonly name?: string;
  /** Epoch milliseconds. */
  readonly issuedAt: number;
  /** Who is behind the session, if its maker said so: it stays through chains of roles. */
  readonly sourceIdentity?: string;
  /** The keys of tags that sessions made from this one have too. */
  readonly transitiveTagKeys?: readonly string[];
}

/** An access key: what a signature is checked against and whom it stands for. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly active: boolean;
  readonly principal: Principal;
  /** What its principal may do; a root user has none and needs none. */
  readonly policies?: PolicySet;
  /** Of temporary keys: the token that must come with each request. */
  readonly sessionToken?: string;
  /** Of temporary keys: epoch milliseconds. */
  readonly expiresAt?: number;
}

/** The root user of an account. */
export function rootPrincipal(accountId: string, partition: string): Principal {
  return {
    type: 'Account',
    accountId,
    arn: `arn:${partition}:iam::${accountId}:root`,
    principalId: accountId,
    tags: new Map(),
  };
}
