/** Who asks for access. */
export interface AccessPrincipal {
  readonly type: 'Account' | 'User' | 'AssumedRole' | 'FederatedUser';
  readonly accountId: string;
  /** Of a session the session's own: `arn:aws:sts::…:assumed-role/<role>/<session>`. */
  readonly arn: string;
  /** `aws:userid`: the account's number, `AIDA…`, `AROA…:<session>`. */
  readonly userId: string;
  /** The tags of the user; of a session, those of its role with its own put in. */
  readonly tags: ReadonlyMap<string, string>;
  /** The name of a session. */
  readonly sessionName?: string;
  /** The ARN of the role that a session was made from, with the role's path. */
  readonly roleArn?: string;
}
