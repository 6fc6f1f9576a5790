import type { OperationContract } from '../contracts/contract.ts';
import type { SecretBox } from '../kernel/secret-box.ts';
import type { Transaction } from '../store/database.ts';
import type { Call } from './call.ts';
import type { JournalDraft } from './journal/journal-entry.ts';

/** What an operation works with besides its input. */
export interface OperationContext {
  readonly tx: Transaction;
  readonly call: Call;
  /** A write states here what it changed; the entry is committed with the change. */
  readonly journal: JournalDraft;
  /** Keeps what must be read again and by nobody else. */
  readonly secrets: SecretBox;
}

/** One operation: everything that the pipeline needs to know of it. */
export interface Operation<Input, Output> {
  readonly contract: OperationContract<Input, Output>;
  /** A write runs in a transaction and leaves a journal entry. */
  readonly effect: 'read' | 'write';
  /** The ARN that the caller must be allowed to act on; `*` when there is none. */
  resource(input: Input, call: Call): string;
  /** Rules beyond the contract that need no store; they are checked before a transaction opens. */
  check?(input: Input, call: Call): void | Promise<void>;
  run(input: Input, context: OperationContext): Promise<Output>;
}

/** An operation in a list of operations of every kind. */
export interface AnyOperation {
  readonly contract: { readonly service: string; readonly operation: string };
  readonly effect: 'read' | 'write';
  resource(input: unknown, call: Call): string;
  check?(input: unknown, call: Call): void | Promise<void>;
  run(input: unknown, context: OperationContext): Promise<unknown>;
}

/** Declares an operation by its contract, which types its input and output. */
export function operation<Input, Output>(
  contract: OperationContract<Input, Output>,
  declaration: Omit<Operation<Input, Output>, 'contract'>,
): AnyOperation {
  return { contract, ...declaration };
}

/** What operations without an output answer. */
export const nothing: Record<string, never> = {};
