import type { LinkedOperation } from '../contracts/shape.ts';
import type { Client } from './client.ts';
import { Failure, UsageFailure } from './failure.ts';

type Values = Record<string, unknown>;

/** The list that each paginated operation answers page by page (botocore's paginators). */
const resultKeys: Readonly<Record<string, string>> = {
  'sagemaker.ListModelPackageGroups': 'ModelPackageGroupSummaryList',
  'sagemaker.ListModelPackages': 'ModelPackageSummaryList',
  'sagemaker.ListTags': 'Tags',
  'sagemaker.Search': 'Results',
  'imprimatur.ListAccounts': 'Accounts',
  'imprimatur.ListDeliveries': 'Deliveries',
  'imprimatur.ListEvents': 'Events',
  'imprimatur.ListResourceHistory': 'Entries',
  'imprimatur.ListModelPackagesAsOf': 'ModelPackages',
  'imprimatur.ListWebhooks': 'Webhooks',
};

/** How much of a list is wanted. */
export interface Paging {
  /** Items in all; all there are when undefined. */
  readonly maxItems?: number | undefined;
  readonly pageSize?: number | undefined;
  /** The NextToken of an earlier, cut-off answer. */
  readonly startingToken?: string | undefined;
}

/** The member with the items of a paginated operation; undefined for all other operations. */
export function resultKey(operation: LinkedOperation): string | undefined {
  return resultKeys[`${operation.service.data.name}.${operation.name}`];
}

/**
 * Calls a paginated operation until its list ends or has `maxItems`; answers the first page with
 * the items of all. A cut-off list has a NextToken for `startingToken`.
 */
export async function callAllPages(
  client: Client,
  operation: LinkedOperation,
  input: Values,
  { maxItems = Infinity, pageSize, startingToken }: Paging,
): Promise<Values> {
  const key = resultKey(operation);
  if (key === undefined) throw new Error(`${operation.name} answers no pages.`);
  let { token, skip } = readStartingToken(startingToken);
  const items: unknown[] = [];
  let first: Values | undefined;
  for (;;) {
    const wanted = maxItems - items.length + skip;
    const size = pageSize ?? fittingSize(wanted, operation);
    const page = await client.invoke(operation, {
      ...input,
      ...(size !== undefined && { MaxResults: size }),
      ...(token !== undefined && { NextToken: token }),
    });
    first ??= page;
    const found = (page[key] as unknown[] | undefined) ?? [];
    const next = (page['NextToken'] as string | undefined) || undefined;
    items.push(...found.slice(skip, wanted));
    if (found.length > wanted) return merged(first, key, items, resumeToken(token, wanted));
    if (next === undefined) return merged(first, key, items);
    if (items.length >= maxItems) return merged(first, key, items, resumeToken(next));
    if (next === token) throw new Failure(`The same next token was received twice: ${next}`);
    [token, skip] = [next, 0];
  }
}

/** A page just large enough for the rest that is wanted; undefined leaves it to the service. */
function fittingSize(wanted: number, operation: LinkedOperation): number | undefined {
  const shape = operation.input.memberByName.get('MaxResults')?.shape;
  if (!shape || !('min' in shape) || wanted >= Math.min(shape.max, pageItemsMax)) return undefined;
  return Math.max(wanted, shape.min, 1);
}

const pageItemsMax = 100;

function merged(first: Values, key: string, items: unknown[], nextToken?: string): Values {
  const { NextToken: _, ...rest } = first;
  return { ...rest, [key]: items, ...(nextToken !== undefined && { NextToken: nextToken }) };
}

// The form of botocore's tokens, so that one of the aws CLI's may go on here and the reverse.
function resumeToken(token: string | undefined, skip?: number): string {
  const position = { NextToken: token ?? null, ...(skip && { boto_truncate_amount: skip }) };
  return Buffer.from(JSON.stringify(position)).toString('base64');
}

/** Where to go on: the service's token, and how many items of its page were answered before. */
function readStartingToken(text: string | undefined): { token: string | undefined; skip: number } {
  const position = text === undefined ? { NextToken: null } : parsePosition(text);
  // Anything but a token of ours is one of the service's own.
  if (!position) return { token: text, skip: 0 };
  const { NextToken: token, boto_truncate_amount: skip = 0 } = position;
  if ((token !== null && typeof token !== 'string') || !Number.isSafeInteger(skip)) {
    throw new UsageFailure(`Bad starting token: ${text}`);
  }
  return { token: token ?? undefined, skip: skip as number };
}

function parsePosition(text: string): Values | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
    const isPosition = typeof value === 'object' && value !== null && 'NextToken' in value;
    return isPosition ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
