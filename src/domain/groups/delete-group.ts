import { DeleteGroup } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { groupArn, groupView, namedGroupArn, stillInGroup } from './group.ts';
import { listMembers } from './group-member-store.ts';
import { removeIamGroup, requireGroup } from './group-store.ts';

/** Deletes a group that nobody is in. */
export const deleteGroup = operation(DeleteGroup, {
  effect: 'write',
  resource: (input, call) => namedGroupArn(input.GroupName, call),
  async run(input, { tx, call, journal }) {
    const group = await requireGroup(tx, call, input.GroupName);
    if ((await listMembers(tx, group, '', 1)).length > 0) throw stillInGroup();
    await removeIamGroup(tx, group);
    const before = { ...groupView(group, call.partition) };
    journal.record({ resourceArn: groupArn(group, call.partition), before });
    return {};
  },
});
