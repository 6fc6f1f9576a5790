import type { TriedDelivery } from '../domain/deliveries/delivery-store.ts';
import { shapeInput } from '../domain/event-rules/input-transformer.ts';
import type { InputSettings } from '../domain/event-rules/input-transformer.ts';
import { replayed } from '../domain/events/event-envelope.ts';
import type { EventEnvelope } from '../domain/events/event-envelope.ts';
import type { LoggedEvent } from '../domain/events/bus-event-store.ts';
import type { Clock } from '../kernel/clock.ts';
import { withExactNumbers } from '../kernel/exact-json.ts';
import { limits } from '../kernel/limits.ts';
import type { Database } from '../store/database.ts';
import type { DeliveryAttemptRow, DeliveryRow } from '../store/event-tables.ts';
import { EventCache } from './event-cache.ts';
import { deadLetterArn, keepDeadLetter } from './keep-dead-letter.ts';
import { expired, expiryOf, judgeAttempt, retryPolicyOf } from './judge-attempt.ts';
import type { Answered } from './judge-attempt.ts';
import type { Settlement } from './settle-deliveries.ts';
import { TargetBook } from './target-book.ts';
import type { BookedTarget } from './target-book.ts';
import type { Outcome, TargetKind } from './targets/target.ts';

/** What a sender works with. */
export interface SenderParts {
  readonly database: Database;
  readonly kinds: readonly TargetKind[];
  readonly clock: Clock;
  /** Aborts all that is under way. */
  readonly signal: AbortSignal;
  readonly onError: (error: unknown) => void;
  readonly random?: () => number;
}

type Failure = Exclude<Answered, { kind: 'delivered' }>;

/** Nothing was sent: its target, or the database, wants a pause, which counts as no try. */
export interface Pause {
  readonly pauseMilliseconds: number;
}

/** Makes one try of a delivery, with rule and target as they are then. */
export class TargetSender {
  readonly events: EventCache;
  readonly #parts: SenderParts;
  readonly #book: TargetBook;

  constructor(parts: SenderParts) {
    this.#parts = parts;
    this.events = new EventCache(parts.database);
    this.#book = new TargetBook(parts.database);
  }

  /** Tries; answers what is to be written down. */
  async send(row: DeliveryRow): Promise<Settlement | Pause> {
    const { clock, random = Math.random } = this.#parts;
    const known = await this.#lookUp(row).catch(this.#parts.onError);
    if (!known) return { pauseMilliseconds: limits.deliveryPollMilliseconds };
    const { booked, event } = known;
    const policy = retryPolicyOf(booked?.target ?? {});
    const [at, from] = [clock.now(), performance.now()];
    if (at > expiryOf(row, policy)) {
      const delivery = await this.#giveUp(row, expired(row, at), known);
      return { delivery, attempt: undefined, verdict: 'refused' };
    }
    const outcome = booked && event ? await this.#invoke(row, booked, event) : gone;
    if (outcome.kind === 'wait') return { pauseMilliseconds: outcome.retryAfter };
    const duration = Math.round(performance.now() - from);
    const tried = judgeAttempt({ row, outcome, policy, now: clock.now(), random: random() });
    return {
      delivery: tried.state === 'FAILED' ? await this.#giveUp(row, tried, known) : tried,
      attempt: { delivery_id: row.id, number: tried.attempts, at, duration, ...answerOf(outcome) },
      verdict: verdicts[outcome.kind],
    };
  }

  async #lookUp(row: DeliveryRow): Promise<Known> {
    const [booked, event] = await Promise.all([
      this.#book.find(row),
      this.events.find(row.bus_event_id),
    ]);
    return { booked, event };
  }

  async #giveUp(row: DeliveryRow, tried: TriedDelivery, known: Known): Promise<TriedDelivery> {
    const { booked, event } = known;
    const arn = booked && deadLetterArn(booked.target);
    if (arn === undefined || !event) return tried;
    const { kinds, signal } = this.#parts;
    const body = envelopeFor(row, event);
    return keepDeadLetter({ row, tried, arn, body: JSON.stringify(body), kinds, signal });
  }

  async #invoke(
    row: DeliveryRow,
    { rule, target }: BookedTarget,
    event: LoggedEvent,
  ): Promise<Outcome> {
    const { kinds, signal } = this.#parts;
    const kind = kinds.find((one) => one.serves(target.Arn));
    if (!kind) return unknownKind;
    const envelope = envelopeFor(row, event);
    const source = { ruleArn: row.rule_arn, ruleName: rule.name, ingestedAt: event.ingestedAt };
    const settings = target as InputSettings;
    try {
      const { Input, InputPath, InputTransformer } = settings;
      // Most targets get the event as it is, whose text is at hand.
      const isWhole =
        envelope === event.envelope && (Input ?? InputPath ?? InputTransformer) === undefined;
      const shaped = isWhole ? { text: event.text } : shapeInput(settings, envelope, source);
      if ('failure' in shaped) {
        return { kind: 'never', errorCode: shaped.failure, message: shaped.message };
      }
      return await kind.send({
        accountId: row.account_id,
        region: row.region,
        event: envelope,
        hops: event.hops,
        input: shaped.text,
        rule: { arn: row.rule_arn, name: rule.name },
        target,
        attempt: row.round_attempts,
        signal,
      });
    } catch (error) {
      this.#parts.onError(error);
      return { kind: 'later', errorCode: 'INTERNAL_ERROR', message: 'An internal error occurred.' };
    }
  }
}

/** What a try needs to know; undefined what is gone meanwhile. */
interface Known {
  readonly booked: BookedTarget | undefined;
  readonly event: LoggedEvent | undefined;
}

const gone: Failure = {
  kind: 'never',
  errorCode: 'NO_RESOURCE',
  message: 'The rule, its target or the event does not exist any more.',
};

const unknownKind: Failure = {
  kind: 'never',
  errorCode: 'NO_RESOURCE',
  message: 'Targets of this kind cannot be reached from here.',
};

const verdicts = { delivered: 'delivered', later: 'failed', never: 'refused' } as const;

/** The event as a delivery sends it: with the numbers that it came with. */
function envelopeFor({ replay_name: name }: DeliveryRow, event: LoggedEvent): EventEnvelope {
  const envelope = withExactNumbers(event.envelope, event.text);
  return name === null ? envelope : replayed(envelope, name);
}

/** What is kept of a target's answer, or of what went wrong instead of one. */
function answerOf(
  outcome: Answered,
): Pick<DeliveryAttemptRow, 'status_code' | 'error_code' | 'answer'> {
  const isFailure = outcome.kind !== 'delivered';
  const answer = outcome.answer ?? (isFailure ? outcome.message : undefined);
  return {
    status_code: outcome.statusCode ?? null,
    error_code: isFailure ? outcome.errorCode : null,
    answer: answer === undefined ? null : firstBytes(answer, limits.deliveryAnswerBytes),
  };
}

/** The beginning of a text, whole characters that a column can hold. */
function firstBytes(text: string, bytes: number): string {
  const part = Buffer.from(text.slice(0, bytes)).subarray(0, bytes).toString();
  return part.replace(/\ufffd$/u, '').replaceAll('\0', '\ufffd');
}
