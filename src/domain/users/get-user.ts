import { GetUser } from '../../contracts/iam.gen.ts';
import { operation } from '../operation.ts';
import { namedUserArn, requireUserName, userTags, userView } from './user.ts';
import { requireUser } from './user-store.ts';

/** Shows a user, or the caller where none is named. */
export const getUser = operation(GetUser, {
  effect: 'read',
  resource: (input, call) => namedUserArn(input.UserName, call),
  async run(input, { tx, call }) {
    const { principal } = call;
    if (input.UserName === undefined && principal.type === 'Account') {
      return { User: { UserId: principal.principalId, Arn: principal.arn } };
    }
    const user = await requireUser(tx, call, requireUserName(input.UserName, call));
    const tags = userTags(user);
    return { User: { ...userView(user, call.partition), ...(tags.length > 0 && { Tags: tags }) } };
  },
});
