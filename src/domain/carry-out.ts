import type { Refusal } from '../kernel/refusal.ts';
import type { AnyOperation, OperationContext } from './operation.ts';

/** What an operation is carried out with. */
export interface CarryOutContext extends Omit<OperationContext, 'found'> {
  /** What is wrong with the input: told to nobody who may not make the call. */
  readonly fault?: Refusal | undefined;
}

/**
 * Carries out a call within its transaction: finds what it acts on, refuses a caller who may not,
 * and runs it.
 */
export async function carryOut(
  operation: AnyOperation,
  input: unknown,
  { fault, ...context }: CarryOutContext,
): Promise<Record<string, unknown>> {
  const { call, access, journal } = context;
  const target = (await operation.find?.(input, context)) ?? {
    arn: operation.resource(input, call),
    found: undefined,
  };
  journal.concerns(target.arn);
  if (!operation.asksItself) access.require(target);
  if (fault) throw fault;
  if ('missing' in target) throw target.missing;
  const output = await operation.run(input, { ...context, found: target.found });
  return output as Record<string, unknown>;
}
