import { LookupEvents } from '../../contracts/cloudtrail.gen.ts';
import type { Event, LookupEventsRequest } from '../../contracts/cloudtrail.gen.ts';
import { limits } from '../../kernel/limits.ts';
import { formatPageToken, parsePageToken } from '../../kernel/page-token.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { JournalRow } from '../../store/tables.ts';
import { operation } from '../operation.ts';
import { cloudTrailRecord } from './cloudtrail-record.ts';
import { planLookup } from './lookup-plan.ts';
import type { LookupPlan } from './lookup-plan.ts';
import {
  attributeKeys,
  eventIdFor,
  eventSourceOf,
  hasAttribute,
  isReadOnly,
  isSeenBy,
  knowsCaller,
  omittedReads,
  resourceOf,
  userNameOf,
} from './trail-event.ts';
import type { Attribute, Viewer } from './trail-event.ts';
import { findTrailRow } from './trail-store.ts';
import { firstCursors, walkTrail } from './trail-walk.ts';
import type { Cursors } from './trail-walk.ts';

/** Tells what happened in an account and region, the newest first, as CloudTrail records. */
export const lookupEvents = operation(LookupEvents, {
  effect: 'read',
  resource: () => '*',
  check(input) {
    readAttribute(input);
    checkTimes(input);
    const { MaxResults: most = 1, EventCategory: category = 'insight' } = input;
    if (most < 1 || most > limits.lookupEventsMax) {
      refuse('InvalidMaxResultsException', `MaxResults must be 1 to ${limits.lookupEventsMax}.`);
    }
    if (category !== 'insight') {
      refuse('InvalidEventCategoryException', `EventCategory '${category}' is not insight.`);
    }
  },
  async run(input, { tx, call }) {
    const { MaxResults: limit = limits.lookupEventsMax, NextToken } = input;
    // Nothing here finds out what is unusual, which is what that category tells.
    if (input.EventCategory !== undefined) return { Events: [] };
    const viewer: Viewer = call;
    const attribute = readAttribute(input);
    const plan = planLookup(attribute, viewer, timesOf(input, call.now));
    const { startAt, endAt } = plan;
    const { MaxResults: _, NextToken: _token, ...filters } = input;
    const binding = ['LookupEvents', call.accountId, call.region, filters];
    const { rows, next } = await walkTrail(tx, plan, cursorsOf(NextToken, binding, plan), {
      viewer,
      limit,
      accepts: (row) =>
        isSeenBy(row, viewer) &&
        row.at >= startAt &&
        row.at <= endAt &&
        (!attribute || hasAttribute(row, attribute, viewer)),
    });
    const events: Event[] = [];
    for (const { source, seq } of rows) {
      const whole = await findTrailRow(tx, source, seq);
      if (whole) events.push(eventOf(whole, viewer));
    }
    return { Events: events, ...(next && { NextToken: formatPageToken(next.flat(), binding) }) };
  },
});

const secondMilliseconds = 1000;

/** Times are told in whole seconds, so they are compared as such; both ends are included. */
function timesOf({ StartTime, EndTime }: LookupEventsRequest, now: number) {
  const oldest = now - limits.lookupDaysMax * 24 * 60 * 60 * secondMilliseconds;
  const start = StartTime === undefined ? oldest : Math.ceil(StartTime / 1000) * 1000;
  const end = EndTime === undefined ? Infinity : Math.floor(EndTime / 1000) * 1000 + 999;
  return { startAt: Math.max(start, oldest), endAt: Math.min(end, Number.MAX_SAFE_INTEGER) };
}

function checkTimes({ StartTime, EndTime }: LookupEventsRequest): void {
  if (StartTime === undefined || EndTime === undefined || StartTime <= EndTime) return;
  refuse('InvalidTimeRangeException', 'StartTime must not be after EndTime.');
}

/** The lookup attribute; AWS takes one alone. */
function readAttribute({
  LookupAttributes: [given, second] = [],
}: LookupEventsRequest): Attribute | undefined {
  if (!given) return undefined;
  if (second) invalidAttribute('You can only specify one attribute per request.');
  const { AttributeKey, AttributeValue: value } = given;
  const key = attributeKeys.find((one) => one === AttributeKey);
  if (!key) invalidAttribute(`AttributeKey must be one of ${attributeKeys.join(', ')}.`);
  if (value.length < 1 || value.length > valueCharactersMax) {
    invalidAttribute(`AttributeValue must have 1 to ${valueCharactersMax} characters.`);
  }
  return { key, value };
}

const valueCharactersMax = 2_000;

function cursorsOf(token: string | undefined, binding: unknown, plan: LookupPlan): Cursors {
  const kinds = plan.streams.flatMap(() => ['number', 'number'] as const);
  const position = readToken(token, binding, kinds) as readonly number[] | undefined;
  if (!position) return firstCursors(plan);
  return plan.streams.map((_, index) => [position[index * 2]!, position[index * 2 + 1]!]);
}

function readToken(token: string | undefined, binding: unknown, kinds: readonly 'number'[]) {
  try {
    return parsePageToken(token, binding, kinds);
  } catch (error) {
    if (error instanceof Refusal) refuse('InvalidNextTokenException', error.message);
    throw error;
  }
}

function invalidAttribute(message: string): never {
  return refuse('InvalidLookupAttributesException', message);
}

function refuse(code: string, message: string): never {
  throw new Refusal('invalid', message, { code });
}

function eventOf(row: JournalRow, viewer: Viewer): Event {
  const isKnown = knowsCaller(row, viewer) && row.operation !== omittedReads;
  const userName = isKnown ? userNameOf(row.principal_arn) : undefined;
  const { type, name, arn } = resourceOf(row) ?? {};
  const names = arn === undefined ? [] : [arn, ...(name === arn ? [] : [name])];
  return {
    EventId: eventIdFor(row, viewer),
    EventName: row.operation,
    ReadOnly: String(isReadOnly(row.operation)),
    ...(isKnown && { AccessKeyId: row.access_key_id }),
    EventTime: Math.floor(row.at / secondMilliseconds) * secondMilliseconds,
    EventSource: eventSourceOf(row),
    ...(userName !== undefined && { Username: userName }),
    Resources: names.map((one) => ({
      ...(type !== undefined && { ResourceType: type }),
      ResourceName: one!,
    })),
    CloudTrailEvent: JSON.stringify(cloudTrailRecord(row, viewer)),
  };
}
