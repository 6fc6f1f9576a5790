import { CreateResourceShare } from '../../contracts/ram.gen.ts';
import type { CreateResourceShareRequest } from '../../contracts/ram.gen.ts';
import { randomId, timedId } from '../../kernel/id.ts';
import { limits } from '../../kernel/limits.ts';
import { Refusal, refuseInvalid } from '../../kernel/refusal.ts';
import type { ResourceShareRow } from '../../store/resource-share-tables.ts';
import { lockAccount } from '../accounts/account-store.ts';
import type { Call } from '../call.ts';
import { operation } from '../operation.ts';
import { managedPermissions, permissionArn, requirePermission } from './managed-permission.ts';
import { checkShareTags, shareArn, shareRequestHash, shareView } from './resource-share.ts';
import { notPermitted, tooMany } from './resource-share-refusals.ts';
import { countShares, findShareByToken, insertShare } from './resource-share-store.ts';
import { addMembers, checkMembers } from './share-members.ts';

/** Shares groups with other accounts; each has to accept before it may do anything. */
export const createResourceShare = operation(CreateResourceShare, {
  effect: 'write',
  resource: () => '*',
  check(input) {
    checkMembers(input);
    checkShareTags(input.tags ?? []);
    if (input.resourceShareConfiguration) {
      throw notPermitted('There are no organizations that an account could leave.');
    }
  },
  async run(input, context) {
    const { tx, call, journal } = context;
    const { clientToken } = input;
    const answer = (row: ResourceShareRow) => ({
      resourceShare: shareView(row, call),
      ...(clientToken !== undefined && { clientToken }),
    });
    const earlier = clientToken && (await findShareByToken(tx, call, clientToken));
    if (earlier) {
      if (earlier.request_hash !== shareRequestHash(input)) throw otherRequest(clientToken);
      journal.unchanged();
      return answer(earlier);
    }
    await lockAccount(tx, call);
    if ((await countShares(tx, call)) >= limits.resourceSharesPerAccountMax) {
      const most = limits.resourceSharesPerAccountMax;
      throw tooMany(`An account may have at most ${most} resource shares in a region.`);
    }
    const row = newShare(input, call);
    await insertShare(tx, row);
    const { associations } = await addMembers(context, row, input);
    journal.record({
      resourceArn: shareArn(row, call.partition),
      after: {
        ...shareView(row, call),
        permissionArn: permissionArn({ name: row.permission }, call.partition),
        resourceShareAssociations: associations,
      },
    });
    return answer(row);
  },
});

function newShare(input: CreateResourceShareRequest, call: Call): ResourceShareRow {
  const permissions = (input.permissionArns ?? []).map((arn) =>
    requirePermission(arn, call.partition),
  );
  if (permissions.length > 1) {
    refuseInvalid('A resource share has one permission for each type of resource.');
  }
  const { clientToken: token } = input;
  return {
    id: timedId(randomId(), call.now),
    account_id: call.accountId,
    region: call.region,
    name: input.name,
    permission: (permissions[0] ?? managedPermissions[0]!).name,
    allows_external: Number(input.allowExternalPrincipals ?? true),
    created_at: call.now,
    updated_at: call.now,
    client_token: token ?? null,
    request_hash: token === undefined ? null : shareRequestHash(input),
    tags: JSON.stringify(input.tags ?? []),
  };
}

function otherRequest(token: string): Refusal {
  const message = `The client token '${token}' was used before with other parameters.`;
  return new Refusal('conflict', message, { code: 'IdempotentParameterMismatchException' });
}
