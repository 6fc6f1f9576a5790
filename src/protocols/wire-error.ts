import { limits } from '../kernel/limits.ts';
import type { Refusal, RefusalKind } from '../kernel/refusal.ts';

/** An error as the wire names it. */
export interface NamedError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** After how long the same call may succeed, where waiting helps. */
  readonly retryAfterSeconds?: number;
}

/**
 * Refusal kinds as awsJson services of SageMaker's family name them (registry.md sections 1.4, 20):
 * everything is HTTP 400, missing and existing resources are ValidationException.
 */
const jsonErrors: Record<RefusalKind, { status: number; code: string }> = {
  invalid: { status: 400, code: 'ValidationException' },
  unreadable: { status: 400, code: 'SerializationException' },
  unauthenticated: { status: 400, code: 'UnrecognizedClientException' },
  denied: { status: 400, code: 'AccessDeniedException' },
  missing: { status: 400, code: 'ValidationException' },
  exists: { status: 400, code: 'ValidationException' },
  conflict: { status: 400, code: 'ConflictException' },
  limit: { status: 400, code: 'ResourceLimitExceeded' },
  throttled: { status: 400, code: 'ThrottlingException' },
  'too-large': { status: 413, code: 'RequestEntityTooLargeException' },
  'timed-out': { status: 408, code: 'RequestTimeoutException' },
  unavailable: { status: 503, code: 'ServiceUnavailable' },
  unsupported: { status: 400, code: 'UnknownOperationException' },
};

/** Refusals that pass by themselves, so that the caller is told when to come back. */
const passing: readonly RefusalKind[] = ['throttled', 'unavailable'];

/** The awsJson name of a refusal; `undefined` stands for a fault of ours, whose text is hidden. */
export function nameJsonError(refusal: Refusal | undefined): NamedError {
  if (!refusal) {
    const message = 'The request processing has failed because of an unknown error.';
    return { status: 500, code: 'InternalFailure', message };
  }
  const { status, code } = jsonErrors[refusal.kind];
  const message = refusal.message.slice(0, limits.messageCharactersMax).toWellFormed();
  const named = { status, code: refusal.code ?? code, message };
  if (!passing.includes(refusal.kind)) return named;
  return { ...named, retryAfterSeconds: limits.retryAfterSeconds };
}
