import type { EventEnvelope } from '../../domain/events/event-envelope.ts';

/** Why a delivery failed, as dead letters tell it (events.md section 5.2). */
export type DeliveryErrorCode =
  | 'CONNECTION_FAILURE'
  | 'ERROR_FROM_TARGET'
  | 'INTERNAL_ERROR'
  | 'INVALID_JSON'
  | 'INVALID_PARAMETER'
  | 'NO_PERMISSIONS'
  | 'NO_RESOURCE'
  | 'SDK_CLIENT_ERROR'
  | 'THIRD_ACCOUNT_HOP_DETECTED'
  | 'THROTTLING'
  | 'TIMEOUT';

/** One try of a delivery: what goes where. */
export interface Invocation {
  readonly accountId: string;
  readonly region: string;
  readonly event: EventEnvelope;
  /** How often the event went from one bus to another already. */
  readonly hops: number;
  /** The text that the target gets: the event, or what the target's input settings make of it. */
  readonly input: string;
  readonly rule: { readonly arn: string; readonly name: string };
  /** The Target as PutTargets has it. */
  readonly target: Readonly<Record<string, unknown>> & {
    readonly Id: string;
    readonly Arn: string;
  };
  /** 0 for the first. */
  readonly attempt: number;
  /** Aborts what is under way. */
  readonly signal: AbortSignal;
}

/** What came of a try. Answers are cut to limits.deliveryAnswerBytes by whoever keeps them. */
export type Outcome = { readonly statusCode?: number; readonly answer?: string } & (
  | { readonly kind: 'delivered' }
  | {
      /** Nothing was sent, as its rate allows no more yet: no attempt of the RetryPolicy. */
      readonly kind: 'wait';
      /** Milliseconds until it is worth another try. */
      readonly retryAfter: number;
    }
  | {
      /** `later` may be tried again, `never` is given up at once. */
      readonly kind: 'later' | 'never';
      readonly errorCode: DeliveryErrorCode;
      readonly message: string;
      /** Milliseconds that the target asked to wait. */
      readonly retryAfter?: number;
    }
);

/** A kind of target: one file each. */
export interface TargetKind {
  /** Whether it is one of its own, by the target's ARN. */
  serves(arn: string): boolean;
  /** Sends what is to be sent; never throws for what a target does. */
  send(invocation: Invocation): Promise<Outcome>;
  /** Lets go of what it keeps open. */
  close?(): void;
  /** Keeps what was given up, where a queue of this kind is a target's dead-letter queue. */
  sendDeadLetter?(letter: DeadLetter): Promise<Outcome>;
}

/** What was given up, for a dead-letter queue (events.md section 5.2). */
export interface DeadLetter {
  readonly accountId: string;
  readonly region: string;
  /** The queue's. */
  readonly arn: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}
