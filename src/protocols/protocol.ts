import type { IncomingHttpHeaders } from 'node:http';
import type { Refusal } from '../kernel/refusal.ts';
import type { ServiceData } from '../contracts/contract.ts';
import type { LinkedOperation } from '../contracts/shape.ts';

/** An answer as bytes, before the HTTP floor adds its own headers. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The error name of an answer, kept for the journal and the metrics, beside its bytes. */
export interface WireError extends WireAnswer {
  readonly code: string;
}

/** What of a request holds its input. */
export interface WireRequest {
  readonly method: string;
  /** Without the question mark. */
  readonly query: string;
  readonly headers?: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Which request an answer belongs to, and the service that answers, once it is known. */
export interface AnswerOrigin {
  readonly requestId: string;
  readonly service?: ServiceData | undefined;
}

/** How one AWS protocol spells inputs, outputs and errors. */
export interface Protocol {
  /** Bytes to typed input; timestamps become epoch milliseconds; refuses what does not fit. */
  decode(request: WireRequest, operation: LinkedOperation): Record<string, unknown>;
  /** Typed output to bytes. */
  encode(
    output: Record<string, unknown>,
    operation: LinkedOperation,
    origin: AnswerOrigin,
  ): WireAnswer;
  /** A refusal, or `undefined` for a fault of ours, to bytes. */
  encodeError(refusal: Refusal | undefined, origin: AnswerOrigin): WireError;
}
