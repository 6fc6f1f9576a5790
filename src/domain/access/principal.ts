/** Who calls. */
export interface Principal {
  readonly type: 'Account' | 'User';
  readonly accountId: string;
  readonly arn: string;
  /** The unique id behind the ARN: the account's number for its root user. */
  readonly principalId: string;
  /** Of users. */
  readonly userName?: string;
}

/** An access key: what a signature is checked against and whom it stands for. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly active: boolean;
  readonly principal: Principal;
}

/** The root user of an account. */
export function rootPrincipal(accountId: string, partition: string): Principal {
  return {
    type: 'Account',
    accountId,
    arn: `arn:${partition}:iam::${accountId}:root`,
    principalId: accountId,
  };
}
