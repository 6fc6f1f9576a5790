/**
 * What clients know of a registry that may die at any moment: each fact was acknowledged, or is in
 * doubt because its call was never answered.
 */
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { Answer } from '../support/server-process.ts';
import { packageArn } from './store-state.ts';
import type { StoreState } from './store-state.ts';

/** A value that one client alone writes, one call at a time. */
export class Fact<Value> {
  /** As the last answer left it. */
  known: Value;
  /** What an unanswered call would have made of it. */
  doubted: { readonly value: Value } | undefined;

  constructor(known: Value) {
    this.known = known;
  }

  /** Takes what was found after a crash: the known value or the doubted one, nothing between. */
  settle(found: Value, what: string): void {
    const { known, doubted } = this;
    const allowed = doubted ? [known, doubted.value] : [known];
    assert.ok(
      allowed.some((value) => isDeepStrictEqual(value, found)),
      `${what} is ${JSON.stringify(found)}, acknowledged was ${JSON.stringify(known)}` +
        (doubted ? `, in doubt ${JSON.stringify(doubted.value)}` : ''),
    );
    this.known = found;
    this.doubted = undefined;
  }
}

/** What a review sets in one call. */
export interface Review {
  readonly status: string;
  readonly description?: string;
}

/** A registered version or package, and everything that its client has done to it. */
export class Registration {
  /** The call that registered it; sent again after a crash it must find its work done. */
  readonly input: Readonly<Record<string, unknown>> & { readonly ClientToken: string };
  arn: string | undefined;
  readonly alive = new Fact(false);
  readonly review: Fact<Review>;
  readonly metadata: Fact<Record<string, string>>;
  readonly tags = new Fact<{ Key: string; Value: string }[]>([]);

  constructor(input: Registration['input'], review: Review, metadata: Record<string, string>) {
    this.input = input;
    this.review = new Fact(review);
    this.metadata = new Fact(metadata);
  }
}

/** What a journal entry must say of an answered call. */
export interface Answered {
  readonly operation: string;
  readonly errorCode: string | null;
}

/** Everything that all clients together know. */
export class Ledger {
  readonly registrations: Registration[] = [];
  /** Of groups that clients make and remove: name to the tag of its latest making. */
  readonly groups = new Map<string, Fact<string | null>>();
  /** Keys that clients write side by side, in one version's metadata and one group's tags. */
  readonly sharedMetadata = new Map<string, Fact<string | null>>();
  readonly sharedTags = new Map<string, Fact<string | null>>();
  /** By request id: answered calls that must have left one journal entry. */
  readonly answered = new Map<string, Answered>();
  /** Calls that were sent and may have left a journal entry or none. */
  unanswered = 0;
  /** Calls that were told to come again, for nothing could be stored. */
  unavailable = 0;
  /** While nothing can be stored a refusal is answered without its entry. */
  storesRefusals = true;
  /** Journal entries that no answer told of, found after earlier crashes. */
  #strays = new Set<string>();

  /** Takes an answer to a write or a refusal of any call; `repeats` says that it may change nothing. */
  take(operation: string, answer: Answer, repeats = false): void {
    const { status, headers, body } = answer;
    if (status === 503) this.unavailable += 1;
    const errorCode = status === 200 ? null : (body!['__type'] as string);
    if (status === 503 || repeats || (errorCode !== null && !this.storesRefusals)) {
      this.unanswered += 1;
      return;
    }
    this.answered.set(String(headers['x-amzn-requestid']), { operation, errorCode });
  }

  /** Compares with what a store holds; afterwards nothing is in doubt. */
  settle(state: StoreState, shared: { group: string; arn: string }): void {
    this.#settleRegistrations(state);
    const groups = new Map(state.groups.map((row) => [row.name, row]));
    for (const [name, fact] of this.groups) {
      const row = groups.get(name);
      const tags = row && (JSON.parse(row.tags) as { Value: string }[]);
      fact.settle(tags?.[0]?.Value ?? null, `group ${name}`);
    }
    const expected = 1 + [...this.groups.values()].filter(({ known }) => known !== null).length;
    assert.equal(groups.size, expected, 'there are groups that nobody made');
    const tags = JSON.parse(groups.get(shared.group)!.tags) as { Key: string; Value: string }[];
    const tagMap = new Map(tags.map(({ Key, Value }) => [Key, Value]));
    settleKeys(this.sharedTags, tagMap, 'tag of the shared group');
    const row = state.packages.find((one) => packageArn(one) === shared.arn)!;
    const document = JSON.parse(row.document) as {
      CustomerMetadataProperties?: Record<string, string>;
    };
    const metadata = new Map(Object.entries(document.CustomerMetadataProperties ?? {}));
    settleKeys(this.sharedMetadata, metadata, 'metadata of the shared version');
    this.#settleJournal(state);
  }

  #settleRegistrations(state: StoreState): void {
    const byToken = new Map(state.packages.map((row) => [row.client_token, row]));
    for (const registration of this.registrations) {
      const token = registration.input.ClientToken;
      const row = byToken.get(token);
      byToken.delete(token);
      const what = `package ${registration.arn ?? token}`;
      registration.alive.settle(row !== undefined, `the existence of ${what}`);
      if (!row) continue;
      registration.arn ??= packageArn(row);
      assert.equal(packageArn(row), registration.arn, 'the ARN is not the acknowledged one');
      const document = JSON.parse(row.document) as Record<string, unknown>;
      const description = document['ApprovalDescription'] as string | undefined;
      registration.review.settle(
        { status: row.approval_status!, ...(description !== undefined && { description }) },
        `the review of ${what}`,
      );
      registration.metadata.settle(
        document['CustomerMetadataProperties'] as Record<string, string>,
        `the metadata of ${what}`,
      );
      registration.tags.settle(JSON.parse(row.tags) as [], `the tags of ${what}`);
    }
    const ghosts = [...byToken.values()].map(packageArn);
    assert.equal(ghosts.length, 1, `packages that nobody registered: ${ghosts.join(' ')}`);
  }

  /** One entry for each answered call; for each unanswered one at most one. */
  #settleJournal({ journal }: StoreState): void {
    const found = new Map<string, Answered>();
    for (const { request_id: id, operation, error_code: errorCode } of journal) {
      assert.ok(!found.has(id), `two journal entries of the call ${id}`);
      found.set(id, { operation, errorCode });
    }
    for (const [id, answered] of this.answered) {
      assert.deepEqual(found.get(id), answered, `the journal entry of the call ${id}`);
    }
    const strays = [...found.keys()].filter((id) => !this.answered.has(id));
    const fresh = strays.filter((id) => !this.#strays.has(id));
    assert.ok(
      fresh.length <= this.unanswered,
      `${fresh.length} journal entries of unknown calls, ${this.unanswered} calls unanswered`,
    );
    this.#strays = new Set(strays);
    this.unanswered = 0;
  }
}

function settleKeys(
  facts: Map<string, Fact<string | null>>,
  found: Map<string, string>,
  what: string,
): void {
  for (const [key, fact] of facts) fact.settle(found.get(key) ?? null, `${what} '${key}'`);
}
