import type { Refusal } from '../kernel/refusal.ts';
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

/** How one AWS protocol spells inputs, outputs and errors. */
export interface Protocol {
  /** Bytes to typed input; timestamps become epoch milliseconds; refuses what does not fit. */
  decode(body: Buffer, operation: LinkedOperation): Record<string, unknown>;
  /** Typed output to bytes. */
  encode(output: Record<string, unknown>, operation: LinkedOperation): WireAnswer;
  /** A refusal, or `undefined` for a fault of ours, to bytes. */
  encodeError(refusal: Refusal | undefined): WireError;
}
