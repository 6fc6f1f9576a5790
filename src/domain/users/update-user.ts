import { UpdateUser } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { namedUserArn, takenUserName, userArn, userTags } from './user.ts';
import { findUser, saveUser } from './user-store.ts';
import { targetUser } from './user-target.ts';

/** Gives a user another name or path; its unique id and its keys stay. */
export const updateUser = operation(UpdateUser, {
  effect: 'write',
  resource: (input, call) => namedUserArn(input.UserName, call),
  find: (input, context) => targetUser(context, input.UserName),
  async run(input, { tx, call, access, journal, found: user }) {
    const { NewUserName: name = user.name, NewPath: path = user.path } = input;
    const next = { ...user, name, path };
    // As in AWS: who could move a user anywhere could make it one that a policy names.
    access.require({
      arn: userArn(next, call.partition),
      facts: () => ({ tags: userTags(user) }),
    });
    const other = await findUser(tx, call, name);
    if (other && other.id !== user.id) throw takenUserName(name);
    if (name === user.name && path === user.path) {
      journal.unchanged();
      return {};
    }
    await saveUser(tx, next);
    const told = (row: typeof user) => ({
      UserName: row.name,
      Path: row.path,
      Arn: userArn(row, call.partition),
    });
    const resourceArn = userArn(user, call.partition);
    journal.record({ resourceArn, before: told(user), after: told(next) });
    return {};
  },
});
