import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type { InlinePolicyRow } from '../../store/identity-tables.ts';
import { nameKey } from '../resource-reference.ts';
import type { PolicyHolder } from './policy-holder.ts';

type Holder = Pick<PolicyHolder, 'accountId' | 'id'>;

interface OfHolder {
  accountId: string;
  ownerId: string;
}

const selectInline = query<OfHolder, InlinePolicyRow>((sql, holder) =>
  sql
    .selectFrom('iam_inline_policy')
    .selectAll()
    .where('account_id', '=', holder.accountId)
    .where('owner_id', '=', holder.ownerId)
    .orderBy('name_key'),
);

/** A holder's inline policies by name; whoever locked the holder decides on all of them. */
export function listInlinePolicies(
  tx: Transaction,
  { accountId, id: ownerId }: Holder,
): Promise<InlinePolicyRow[]> {
  return tx.all(selectInline, { accountId, ownerId });
}

const upsertInline = query<InlinePolicyRow>((sql, policy) =>
  sql
    .insertInto('iam_inline_policy')
    .values({
      account_id: policy.account_id,
      owner_id: policy.owner_id,
      name_key: policy.name_key,
      name: policy.name,
      document: policy.document,
    })
    .onConflict((conflict) =>
      conflict.columns(['account_id', 'owner_id', 'name_key']).doUpdateSet((e) => ({
        name: e.ref('excluded.name'),
        document: e.ref('excluded.document'),
      })),
    ),
);

/** Puts a policy into its holder, in the place of one of its name. */
export async function saveInlinePolicy(
  tx: Transaction,
  { accountId, id }: Holder,
  { name, document }: { readonly name: string; readonly document: string },
): Promise<void> {
  const key = { account_id: accountId, owner_id: id, name_key: nameKey(name) };
  await tx.run(upsertInline, { ...key, name, document });
}

const deleteInline = query<OfHolder & { nameKey: string }>((sql, key) =>
  sql
    .deleteFrom('iam_inline_policy')
    .where('account_id', '=', key.accountId)
    .where('owner_id', '=', key.ownerId)
    .where('name_key', '=', key.nameKey),
);

/** Takes a policy out of its holder. */
export async function removeInlinePolicy(tx: Transaction, policy: InlinePolicyRow): Promise<void> {
  const { account_id: accountId, owner_id: ownerId } = policy;
  await tx.run(deleteInline, { accountId, ownerId, nameKey: policy.name_key });
}
