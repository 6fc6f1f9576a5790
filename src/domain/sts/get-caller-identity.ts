import { GetCallerIdentity } from '../../contracts/sts.gen.ts';
import { operation } from '../operation.ts';

/** Tells callers who they are; nothing can deny it. */
export const getCallerIdentity = operation(GetCallerIdentity, {
  effect: 'read',
  resource: () => '*',
  run(_, { call: { principal } }) {
    const { principalId: UserId, accountId: Account, arn: Arn } = principal;
    return Promise.resolve({ UserId, Account, Arn });
  },
});
