import { DeleteGroup } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { refuseWhileHolding } from '../policies/attached-policy-store.ts';
import { groupArn, groupView, namedGroupArn, stillInGroup } from './group.ts';
import { listMembers } from './group-member-store.ts';
import { removeIamGroup } from './group-store.ts';
import { targetIamGroup } from './group-target.ts';

/** Deletes a group that nobody is in. */
export const deleteGroup = operation(DeleteGroup, {
  effect: 'write',
  resource: (input, call) => namedGroupArn(input.GroupName, call),
  find: (input, context) => targetIamGroup(context, input.GroupName),
  async run(_, { tx, call, journal, found: group }) {
    if ((await listMembers(tx, group, '', 1)).length > 0) throw stillInGroup();
    await refuseWhileHolding(tx, group);
    await removeIamGroup(tx, group);
    const before = { ...groupView(group, call.partition) };
    journal.record({ resourceArn: groupArn(group, call.partition), before });
    return {};
  },
});
