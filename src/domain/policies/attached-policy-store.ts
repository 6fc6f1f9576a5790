import type { AttachedPolicy } from '../../contracts/iam.gen.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import { awsManagedPolicies } from './aws-managed-policies.ts';
import { listInlinePolicies } from './inline-policy-store.ts';
import { policyArn, providedPolicy } from './policy.ts';
import type { PolicyHolder } from './policy-holder.ts';

type Holder = Pick<PolicyHolder, 'accountId' | 'id'>;

interface Attachment {
  accountId: string;
  ownerId: string;
  policyId: string;
}

/** A managed policy of a holder. */
export interface HeldPolicy {
  readonly id: string;
  readonly path: string;
  readonly view: Required<AttachedPolicy>;
}

const selectAttached = query<
  Omit<Attachment, 'policyId'>,
  { policy_id: string; name: string | null; path: string | null }
>((sql, holder) =>
  sql
    .selectFrom('iam_attached_policy as a')
    .leftJoin('iam_policy as p', (join) =>
      join.onRef('p.account_id', '=', 'a.account_id').onRef('p.id', '=', 'a.policy_id'),
    )
    .select(['a.policy_id', 'p.name', 'p.path'])
    .where('a.account_id', '=', holder.accountId)
    .where('a.owner_id', '=', holder.ownerId)
    .orderBy('a.policy_id'),
);

/** The managed policies of a holder, which are few; whoever locked it decides on all of them. */
export async function listHeldPolicies(
  tx: Transaction,
  { accountId, id: ownerId }: Holder,
  partition: string,
): Promise<HeldPolicy[]> {
  const rows = await tx.all(selectAttached, { accountId, ownerId });
  return rows.map(({ policy_id: id, name, path }) => {
    const aws = awsManagedPolicies.get(id);
    if (aws) {
      const { arn } = providedPolicy(aws, partition);
      return { id, path: aws.path, view: { PolicyName: aws.name, PolicyArn: arn } };
    }
    const own = { account_id: accountId, name: name!, path: path! };
    const view = { PolicyName: own.name, PolicyArn: policyArn(own, partition) };
    return { id, path: own.path, view };
  });
}

const insertAttachment = query<Attachment>((sql, key) =>
  sql
    .insertInto('iam_attached_policy')
    .values({ account_id: key.accountId, owner_id: key.ownerId, policy_id: key.policyId }),
);

/** Attaches a policy; whoever does so has locked it. */
export async function attachPolicy(
  tx: Transaction,
  { accountId, id: ownerId }: Holder,
  policyId: string,
): Promise<void> {
  await tx.run(insertAttachment, { accountId, ownerId, policyId });
}

const deleteAttachment = query<Attachment>((sql, key) =>
  sql
    .deleteFrom('iam_attached_policy')
    .where('account_id', '=', key.accountId)
    .where('owner_id', '=', key.ownerId)
    .where('policy_id', '=', key.policyId),
);

/** Detaches a policy. */
export async function detachPolicy(
  tx: Transaction,
  { accountId, id: ownerId }: Holder,
  policyId: string,
): Promise<void> {
  await tx.run(deleteAttachment, { accountId, ownerId, policyId });
}

const selectAnyAttachment = query<Omit<Attachment, 'policyId'>, { policy_id: string }>(
  (sql, holder) =>
    sql
      .selectFrom('iam_attached_policy')
      .select('policy_id')
      .where('account_id', '=', holder.accountId)
      .where('owner_id', '=', holder.ownerId)
      .orderBy('policy_id')
      .limit(1),
);

/** Refuses to delete a user, group or role that still has policies. */
export async function refuseWhileHolding(
  tx: Transaction,
  { account_id: accountId, id }: { readonly account_id: string; readonly id: string },
): Promise<void> {
  if (await tx.first(selectAnyAttachment, { accountId, ownerId: id })) {
    throw new Refusal('conflict', 'Cannot delete entity, must detach all policies first.');
  }
  if ((await listInlinePolicies(tx, { accountId, id })).length > 0) {
    throw new Refusal('conflict', 'Cannot delete entity, must delete policies first.');
  }
}
