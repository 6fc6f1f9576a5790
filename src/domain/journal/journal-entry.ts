import { parseArn } from '../../kernel/arn.ts';
import type { JournalRow } from '../../store/tables.ts';
import type { Principal } from '../access/principal.ts';
import type { Call } from '../call.ts';

/** An event that a change emits; delivery reads it from the journal. */
export interface JournalEvent {
  readonly source: string;
  readonly detailType: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What a change did to one resource: its members before and after, in wire shape. */
export interface Change {
  readonly resourceArn: string;
  /** Only what changed; absent when the resource came into being. */
  readonly before?: Readonly<Record<string, unknown>>;
  /** Only what changed; absent when the resource is gone. */
  readonly after?: Readonly<Record<string, unknown>>;
  readonly events?: readonly JournalEvent[];
}

/** Collects what an operation changed until the pipeline commits it as one entry. */
export interface JournalDraft {
  /** States the change; once per call. */
  record(change: Change): void;
  /** Names the resource once it is found; a refusal's entry bears its own ARN, not an alias. */
  concerns(resourceArn: string): void;
  /** States that nothing changed, as when a repeated request finds its work done. */
  unchanged(): void;
}

/** A draft that the pipeline can look into. */
export class Draft implements JournalDraft {
  change: Change | undefined;
  settled = false;
  resourceArn: string | undefined;

  concerns(resourceArn: string): void {
    this.resourceArn = resourceArn;
  }

  record(change: Change): void {
    if (this.settled) throw new Error('An operation records one change.');
    this.change = change;
    this.settled = true;
  }

  unchanged(): void {
    this.settled = true;
  }
}

/** Whose session called: of a role it tells all of the role, which may be gone when it is asked. */
export interface EntrySession {
  /** Epoch milliseconds. */
  readonly issuedAt: number;
  readonly name?: string;
  readonly sourceIdentity?: string;
  readonly role?: { readonly id: string; readonly arn: string; readonly name: string };
}

/** What an entry keeps of the request and its outcome besides the columns. */
export interface EntryDocument {
  readonly sourceIp: string;
  readonly userAgent: string;
  readonly principalId: string;
  readonly session?: EntrySession;
  readonly errorMessage?: string;
  readonly request?: unknown;
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
  readonly events?: readonly JournalEvent[];
}

/** The outcome of a call as the journal keeps it. */
export interface Outcome {
  /** The input, its sensitive members hidden; undefined when it could not be read. */
  readonly request?: unknown;
  readonly resourceArn?: string;
  readonly change?: Change | undefined;
  readonly error?: { readonly code: string; readonly message: string };
}

/** Builds an entry's document. */
export function entryDocument(call: Call, outcome: Outcome): EntryDocument {
  const { change, error, request } = outcome;
  const session = entrySession(call.principal);
  return {
    sourceIp: call.sourceIp,
    userAgent: call.userAgent,
    principalId: call.principal.principalId,
    ...(session && { session }),
    ...(error && { errorMessage: error.message }),
    ...(request !== undefined && { request }),
    ...(change?.before && { before: change.before }),
    ...(change?.after && { after: change.after }),
    ...(change?.events && change.events.length > 0 && { events: change.events }),
  };
}

function entrySession({ session, roleArn, principalId }: Principal): EntrySession | undefined {
  if (!session) return undefined;
  const { issuedAt, name, sourceIdentity } = session;
  return {
    issuedAt,
    ...(name !== undefined && { name }),
    ...(sourceIdentity !== undefined && { sourceIdentity }),
    ...(roleArn !== undefined && {
      role: {
        id: principalId.slice(0, principalId.indexOf(':')),
        arn: roleArn,
        name: roleArn.slice(roleArn.lastIndexOf('/') + 1),
      },
    }),
  };
}

/**
 * In whose history a call belongs: that of the account whose resource it was allowed to act on,
 * and the caller's besides where it is another.
 */
export function accountsOf(
  { accountId }: Pick<Call, 'accountId'>,
  resourceArn: string | undefined,
): Pick<JournalRow, 'account_id' | 'caller_account_id'> {
  const owner = resourceArn === undefined ? '' : (parseArn(resourceArn)?.accountId ?? '');
  if (owner === accountId || !/^\d{12}$/.test(owner)) {
    return { account_id: accountId, caller_account_id: null };
  }
  return { account_id: owner, caller_account_id: accountId };
}
