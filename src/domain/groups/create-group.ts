import { CreateGroup } from '../../contracts/iam.gen.ts';
import { limits } from '../../kernel/limits.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { newUniqueId } from '../../kernel/unique-id.ts';
import { operation } from '../operation.ts';
import { groupArn, groupView, namedGroupArn, takenGroupName } from './group.ts';
import { countGroups, findIamGroup, insertIamGroup } from './group-store.ts';

/** Creates a group; its name is unique in the account, whatever its case and path. */
export const createGroup = operation(CreateGroup, {
  effect: 'write',
  resource: (input, call) => namedGroupArn(input.GroupName, call, input.Path),
  async run(input, { tx, call, journal }) {
    const { GroupName: name, Path: path = '/' } = input;
    if (await findIamGroup(tx, call, name)) throw takenGroupName(name);
    const most = limits.groupsPerAccountMax;
    if ((await countGroups(tx, call.accountId)) >= most) {
      throw new Refusal('limit', `Cannot exceed quota for GroupsPerAccount: ${most}`);
    }
    const id = newUniqueId('AGPA', 21);
    const group = {
      account_id: call.accountId,
      name_key: '',
      name,
      id,
      path,
      created_at: call.now,
    };
    await insertIamGroup(tx, group);
    journal.record({
      resourceArn: groupArn(group, call.partition),
      after: { GroupId: id, Path: path, CreateDate: call.now },
    });
    return { Group: groupView(group, call.partition) };
  },
});
