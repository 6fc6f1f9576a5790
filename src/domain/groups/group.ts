import type { Group } from '../../contracts/iam.gen.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { GroupRow } from '../../store/identity-tables.ts';
import type { Call } from '../call.ts';
import { iamArn } from '../users/user.ts';

/** A group's ARN. */
export function groupArn(
  { account_id, path, name }: Pick<GroupRow, 'account_id' | 'path' | 'name'>,
  partition: string,
): string {
  return iamArn(account_id, partition, `group${path}${name}`);
}

/** The ARN that is asked about before a group is looked for, when few paths are known. */
export function namedGroupArn(name: string, call: Call, path = '/'): string {
  return iamArn(call.accountId, call.partition, `group${path}${name}`);
}

/** A group as IAM's answers show one. */
export function groupView(row: GroupRow, partition: string): Group {
  return {
    Path: row.path,
    GroupName: row.name,
    GroupId: row.id,
    Arn: groupArn(row, partition),
    CreateDate: row.created_at,
  };
}

/** A group that is not there. */
export function missingGroup(name: string): Refusal {
  return new Refusal('missing', `The group with name ${name} cannot be found.`);
}

/** A name that is taken. */
export function takenGroupName(name: string): Refusal {
  return new Refusal('exists', `Group with name ${name} already exists.`);
}

/** A deletion that would leave a user in a group that is gone, or a group with a user that is. */
export function stillInGroup(): Refusal {
  return new Refusal('conflict', 'Cannot delete entity, must remove users from group first.');
}
