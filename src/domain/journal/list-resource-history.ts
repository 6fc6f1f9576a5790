import { ListResourceHistory } from '../../contracts/imprimatur.ts';
import type { HistoryEntry } from '../../contracts/imprimatur.ts';
import { globalRegion, parseArn } from '../../kernel/arn.ts';
import { limits } from '../../kernel/limits.ts';
import { formatPageToken, parsePageToken } from '../../kernel/page-token.ts';
import type { JournalRow } from '../../store/tables.ts';
import { checkRegion } from '../resource-reference.ts';
import { operation } from '../operation.ts';
import type { FindContext, OperationContext } from '../operation.ts';
import type { AccessTarget } from '../access/target.ts';
import { findNewestPrune } from '../sealing/prune-store.ts';
import { targetTaggable } from '../tags/taggable.ts';
import type { EntryDocument } from './journal-entry.ts';
import { listEntriesOf } from './journal-store.ts';
import { findEndedLife } from './past-life-store.ts';
import { deletions } from './told-resource.ts';

/** Tells a resource's timeline, the newest entry first; also after the resource is gone. */
export const listResourceHistory = operation(ListResourceHistory, {
  effect: 'read',
  resource: (input) => input.ResourceArn,
  find: (input, context) => targetHistory(input.ResourceArn, context),
  async run(input, { tx, call, access }) {
    const { ResourceArn, NextToken, MaxResults: limit = limits.historyItemsMax } = input;
    const { region: told, partition } = parseArn(ResourceArn)!;
    if (told !== '') checkRegion(told, call);
    // What has no region is journaled in one for all.
    const region = told || globalRegion(partition);
    const binding = ['ListResourceHistory', call.accountId, region, ResourceArn];
    const [before] = parsePageToken(NextToken, binding, ['number']) ?? [Number.MAX_SAFE_INTEGER];
    const rows = await listEntriesOf(tx, {
      accountId: call.accountId,
      region,
      arnKey: ResourceArn.toLowerCase(),
      beforeSeq: Number(before),
      limit: limit + 1,
    });
    const page = rows.slice(0, limit);
    const readable = await readableRows(page, { tx, access });
    const shortened = await findNewestPrune(tx);
    return {
      Entries: readable.map(historyEntry),
      ...(rows.length > limit && { NextToken: formatPageToken([page.at(-1)!.seq], binding) }),
      ...(shortened && { ShortenedBefore: shortened.before }),
    };
  },
});

/** What a history is asked for, with the tags that the resource has if it is still there. */
async function targetHistory(arn: string, context: FindContext) {
  const { call } = context;
  const { region, accountId } = parseArn(arn)!;
  const isHere = region === call.region && accountId === call.accountId;
  const target = isHere ? await targetTaggable(context, arn) : undefined;
  return { arn, facts: () => target?.facts?.() ?? {}, found: undefined };
}

/**
 * Names are found whatever their case, and policies tell cases apart: what is told is asked. Of a
 * life that has ended its last tags count.
 */
async function readableRows(
  rows: readonly JournalRow[],
  { tx, access }: Pick<OperationContext, 'tx' | 'access'>,
): Promise<JournalRow[]> {
  const readable: JournalRow[] = [];
  let life: AccessTarget | undefined;
  for (const [index, row] of rows.entries()) {
    const arn = row.resource_arn!;
    const isEnd = row.error_code === null && deletions.has(row.operation);
    if (index === 0 || isEnd) life = await findEndedLife(tx, arn, row.seq);
    if (access.allows({ ...life, arn }, 'ListResourceHistory')) readable.push(row);
  }
  return readable;
}

function historyEntry(row: JournalRow): HistoryEntry {
  const document = JSON.parse(row.document) as EntryDocument;
  return {
    Sequence: row.seq,
    EventId: row.id,
    EventTime: row.at,
    EventSource: `${row.service}.amazonaws.com`,
    EventName: row.operation,
    PrincipalArn: row.principal_arn,
    AccessKeyId: row.access_key_id,
    SourceIPAddress: document.sourceIp,
    UserAgent: document.userAgent,
    RequestId: row.request_id,
    ...(row.error_code !== null && { ErrorCode: row.error_code }),
    ...(document.errorMessage !== undefined && { ErrorMessage: document.errorMessage }),
    ...(document.request !== undefined && { Request: JSON.stringify(document.request) }),
    ...(document.before && { Before: JSON.stringify(document.before) }),
    ...(document.after && { After: JSON.stringify(document.after) }),
  };
}
