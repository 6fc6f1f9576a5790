import type { Transaction } from '../../store/database.ts';
import { query } from '../../store/query.ts';
import type { JournalRow } from '../../store/tables.ts';
import type { AccessTarget } from '../access/target.ts';
import type { ResourceFacts } from '../access/condition-keys.ts';
import type { EntryDocument } from './journal-entry.ts';
import { deletions } from './told-resource.ts';

const selectEnd = query<
  { arnKey: string; fromSeq: number },
  Pick<JournalRow, 'seq' | 'resource_arn' | 'document'>
>((sql, q) =>
  sql
    .selectFrom('journal')
    .select(['seq', 'resource_arn', 'document'])
    .where((e) => e(e.fn<string>('lower', ['resource_arn']), '=', q.arnKey))
    .where('operation', 'in', [...deletions])
    .where('error_code', 'is', null)
    .where('seq', '>=', q.fromSeq)
    .orderBy('seq')
    .limit(1),
);

/**
 * What conditions ask of a resource in that life of it which an entry is of, where that life has
 * ended: as it was last, since nothing of today tells. Undefined of one that is still there.
 *
 * What a policy denies by a tag would else be told as soon as it is deleted.
 */
export async function findEndedLife(
  tx: Transaction,
  arn: string,
  fromSeq: number,
): Promise<AccessTarget | undefined> {
  const end = await tx.first(selectEnd, { arnKey: arn.toLowerCase(), fromSeq });
  if (!end) return undefined;
  const groupArn = groupArnOf(arn);
  const group =
    groupArn && (await tx.first(selectEnd, { arnKey: groupArn.toLowerCase(), fromSeq: end.seq }));
  const groupTags = group && factsOf(group).tags;
  return {
    arn: end.resource_arn ?? arn,
    facts: () => ({ ...factsOf(end), ...(groupTags && { groupTags }) }),
  };
}

/** The ARN of the group whose version an ARN is of, if it is one's. */
function groupArnOf(arn: string): string | undefined {
  const [whole, before, group] = /^(.*):model-package\/([^/]+)\/\d+$/i.exec(arn) ?? [];
  return whole && `${before}:model-package-group/${group}`;
}

function factsOf({ document }: Pick<JournalRow, 'document'>): Omit<ResourceFacts, 'accountId'> {
  const { before = {} } = JSON.parse(document) as EntryDocument;
  const {
    Tags: tags = [],
    CustomerMetadataProperties: customerMetadata,
    ModelLifeCycle: lifeCycle,
  } = before as DeletedMembers;
  return {
    tags,
    ...(customerMetadata && { customerMetadata }),
    ...(lifeCycle && { lifeCycle }),
  };
}

/** Those members of what was deleted that conditions ask for. */
interface DeletedMembers {
  readonly Tags?: ResourceFacts['tags'];
  readonly CustomerMetadataProperties?: ResourceFacts['customerMetadata'];
  readonly ModelLifeCycle?: ResourceFacts['lifeCycle'];
}
