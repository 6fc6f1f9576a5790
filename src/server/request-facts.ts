import type { LinkedOperation } from '../contracts/shape.ts';

/** What is learnt of a request on its way: for metrics, the access log and traces. */
export interface RequestFacts {
  readonly requestId: string;
  readonly sourceIp: string;
  /** By `performance.now()`. */
  readonly startedAt: number;
  readonly span: RequestSpan | undefined;
  bytesIn: number;
  service?: string;
  /** As the caller spells it, whether there is such an operation or not. */
  operation?: string;
  contract?: LinkedOperation;
  principalArn?: string;
  /** The error's name; undefined when the call succeeded. */
  code?: string;
}

/** A request in a trace. */
export interface RequestSpan {
  readonly traceId: string;
  /** Ends the step before and begins this one. */
  step(name: string): void;
  end(facts: RequestFacts, status: number): void;
}
