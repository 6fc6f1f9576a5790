import type { OperationContract } from '../contracts/contract.ts';
import type { SecretBox } from '../kernel/secret-box.ts';
import type { Transaction } from '../store/database.ts';
import type { CallerAccess } from './access/require-access.ts';
import type { Target } from './access/target.ts';
import type { Call } from './call.ts';
import type { JournalDraft } from './journal/journal-entry.ts';

/** What an operation finds its resource with. */
export interface FindContext {
  readonly tx: Transaction;
  readonly call: Call;
}

/** What an operation works with besides its input. */
export interface OperationContext<Found = unknown> extends FindContext {
  /** What the operation found, and the caller may act on. */
  readonly found: Found;
  /** What the caller may do besides, as to whatever else the call names. */
  readonly access: CallerAccess;
  /** A write states here what it changed; the entry is committed with the change. */
  readonly journal: JournalDraft;
  /** Keeps what must be read again and by nobody else. */
  readonly secrets: SecretBox;
}

/** One operation: everything that the pipeline needs to know of it. */
export interface Operation<Input, Output, Found> {
  readonly contract: OperationContract<Input, Output>;
  /** A write runs in a transaction and leaves a journal entry. */
  readonly effect: 'read' | 'write';
  /** The ARN that the caller must be allowed to act on, as the input has it; `*` for none. */
  resource(input: Input, call: Call): string;
  /**
   * Finds the resource, in the transaction that acts on it: what decides whether the caller may,
   * and what `run` works with. Left out where the ARN says all.
   */
  find?(input: Input, context: FindContext): Promise<Target<Found>>;
  /** Whether `run` itself asks about each of several resources, so that nobody else does. */
  readonly asksItself?: true;
  /** Rules beyond the contract that need no store; they are checked before a transaction opens. */
  check?(input: Input, call: Call): void | Promise<void>;
  run(input: Input, context: OperationContext<Found>): Promise<Output>;
}

/** An operation in a list of operations of every kind. */
export interface AnyOperation {
  readonly contract: { readonly service: string; readonly operation: string };
  readonly effect: 'read' | 'write';
  resource(input: unknown, call: Call): string;
  find?(input: unknown, context: FindContext): Promise<Target<unknown>>;
  readonly asksItself?: true;
  check?(input: unknown, call: Call): void | Promise<void>;
  run(input: unknown, context: OperationContext): Promise<unknown>;
}

/** Declares an operation by its contract, which types its input and output. */
export function operation<Input, Output, Found = undefined>(
  contract: OperationContract<Input, Output>,
  declaration: Omit<Operation<Input, Output, Found>, 'contract'>,
): AnyOperation {
  return { contract, ...declaration };
}

/** What operations without an output answer. */
export const nothing: Record<string, never> = {};
