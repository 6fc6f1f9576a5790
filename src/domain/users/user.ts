import type { Tag, User } from '../../contracts/iam.gen.ts';
import { formatArn } from '../../kernel/arn.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { UserRow } from '../../store/identity-tables.ts';
import type { Principal } from '../access/principal.ts';
import type { Call } from '../call.ts';

/** The ARN of something in IAM, which has no region. */
export function iamArn(accountId: string, partition: string, resource: string): string {
  return formatArn({ partition, service: 'iam', region: '', accountId, resource });
}

/** A user's ARN. */
export function userArn(
  { account_id, path, name }: Pick<UserRow, 'account_id' | 'path' | 'name'>,
  partition: string,
): string {
  return iamArn(account_id, partition, `user${path}${name}`);
}

/** The ARN that is asked about before a user is looked for, when few paths are known. */
export function namedUserArn(name: string | undefined, call: Call, path = '/'): string {
  if (name === undefined) return call.principal.type === 'User' ? call.principal.arn : '*';
  return iamArn(call.accountId, call.partition, `user${path}${name}`);
}

/** A user as IAM's answers show one; lists leave the tags away. */
export function userView(row: UserRow, partition: string): User {
  return {
    Path: row.path,
    UserName: row.name,
    UserId: row.id,
    Arn: userArn(row, partition),
    CreateDate: row.created_at,
  };
}

/** A user's tags. */
export function userTags({ tags }: Pick<UserRow, 'tags'>): Tag[] {
  return JSON.parse(tags) as Tag[];
}

/** A user as the one who calls. */
export function userPrincipal(row: UserRow, partition: string): Principal {
  return {
    type: 'User',
    accountId: row.account_id,
    arn: userArn(row, partition),
    principalId: row.id,
    userName: row.name,
    tags: new Map(userTags(row).map(({ Key, Value }) => [Key, Value])),
  };
}

/** A call without a user's name by somebody who is no user. */
export function unnamedUser(): Refusal {
  return new Refusal('invalid', 'Must specify userName when calling with non-User credentials');
}

/** A user that is not there. */
export function missingUser(name: string): Refusal {
  return new Refusal('missing', `The user with name ${name} cannot be found.`);
}

/** A name that is taken. */
export function takenUserName(name: string): Refusal {
  return new Refusal('exists', `User with name ${name} already exists.`);
}
