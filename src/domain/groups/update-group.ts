import { UpdateGroup } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { groupArn, namedGroupArn, takenGroupName } from './group.ts';
import { findIamGroup, saveIamGroup } from './group-store.ts';
import { targetIamGroup } from './group-target.ts';

/** Gives a group another name or path; its unique id and its users stay. */
export const updateGroup = operation(UpdateGroup, {
  effect: 'write',
  resource: (input, call) => namedGroupArn(input.GroupName, call),
  find: (input, context) => targetIamGroup(context, input.GroupName),
  async run(input, { tx, call, access, journal, found: group }) {
    const { NewGroupName: name = group.name, NewPath: path = group.path } = input;
    const next = { ...group, name, path };
    // As in AWS: what may be done to groups is told by where they are.
    access.require({ arn: groupArn(next, call.partition) });
    const other = await findIamGroup(tx, call, name);
    if (other && other.id !== group.id) throw takenGroupName(name);
    if (name === group.name && path === group.path) {
      journal.unchanged();
      return {};
    }
    await saveIamGroup(tx, next);
    const told = (row: typeof group) => ({
      GroupName: row.name,
      Path: row.path,
      Arn: groupArn(row, call.partition),
    });
    const resourceArn = groupArn(group, call.partition);
    journal.record({ resourceArn, before: told(group), after: told(next) });
    return {};
  },
});
