import type { ServiceData } from '../contracts/contract.ts';
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

/** Where an awsJson service has names of its own (events.md section 2.3). */
const ownJsonErrors: Readonly<Record<string, Partial<Record<RefusalKind, string>>>> = {
  events: {
    missing: 'ResourceNotFoundException',
    exists: 'ResourceAlreadyExistsException',
    conflict: 'ConcurrentModificationException',
    limit: 'LimitExceededException',
  },
};

/** Refusals that pass by themselves, so that the caller is told when to come back. */
const passing: readonly RefusalKind[] = ['throttled', 'unavailable'];

/** Refusal kinds as IAM and STS name them (identity.md section 5). */
const queryErrors: Record<RefusalKind, { status: number; code: string }> = {
  invalid: { status: 400, code: 'ValidationError' },
  unreadable: { status: 400, code: 'MalformedInput' },
  unauthenticated: { status: 403, code: 'InvalidClientTokenId' },
  denied: { status: 403, code: 'AccessDenied' },
  missing: { status: 404, code: 'NoSuchEntity' },
  exists: { status: 409, code: 'EntityAlreadyExists' },
  conflict: { status: 409, code: 'DeleteConflict' },
  limit: { status: 409, code: 'LimitExceeded' },
  throttled: { status: 400, code: 'Throttling' },
  'too-large': { status: 413, code: 'RequestEntityTooLarge' },
  'timed-out': { status: 408, code: 'RequestTimeout' },
  unavailable: { status: 503, code: 'ServiceUnavailable' },
  unsupported: { status: 400, code: 'InvalidAction' },
};

/** Faults of signatures, by their names in JSON services (identity.md section 1.6). */
const querySignatureErrors = new Map<string, { status: number; code: string; message?: string }>([
  [
    'MissingAuthenticationTokenException',
    {
      status: 403,
      code: 'MissingAuthenticationToken',
      message: 'Request is missing Authentication Token',
    },
  ],
  ['IncompleteSignatureException', { status: 400, code: 'IncompleteSignature' }],
  ['UnrecognizedClientException', { status: 403, code: 'InvalidClientTokenId' }],
  ['InvalidSignatureException', { status: 403, code: 'SignatureDoesNotMatch' }],
  ['ExpiredTokenException', { status: 403, code: 'ExpiredToken' }],
]);

/** Refusal kinds as REST services name them, where a service has no error of its own for it. */
const restErrors: Record<RefusalKind, { status: number; code: string }> = {
  ...jsonErrors,
  unauthenticated: { status: 403, code: 'UnrecognizedClientException' },
  denied: { status: 403, code: 'AccessDeniedException' },
  missing: { status: 404, code: 'ResourceNotFoundException' },
  throttled: { status: 429, code: 'ThrottlingException' },
};

/** What a service may call an input that breaks its contract, in the place of the kind's name. */
const invalidParameter = 'InvalidParameterException';

/** The awsJson name of a refusal; `undefined` stands for a fault of ours, whose text is hidden. */
export function nameJsonError(refusal: Refusal | undefined, service?: ServiceData): NamedError {
  if (!refusal) return service?.name === 'events' ? hiddenByEvents : hidden;
  const { status, code } = jsonErrors[refusal.kind];
  const own = service && ownJsonErrors[service.name]?.[refusal.kind];
  return named(refusal, status, refusal.code ?? own ?? code);
}

/** The Query protocol's name of a refusal; a service's own errors have statuses of their own. */
export function nameQueryError(
  refusal: Refusal | undefined,
  service: ServiceData | undefined,
): NamedError {
  if (!refusal) return hidden;
  const { kind, code = queryErrors[kind].code } = refusal;
  const signature = kind === 'unauthenticated' ? querySignatureErrors.get(code) : undefined;
  if (signature) return { ...named(refusal, signature.status, signature.code), ...signature };
  const own = Object.values(service?.errors ?? {}).find((error) => error.code === code);
  return named(refusal, own?.status ?? queryErrors[kind].status, code);
}

/** A REST service's name of a refusal; its own errors have the statuses of its model. */
export function nameRestError(
  refusal: Refusal | undefined,
  service: ServiceData | undefined,
): NamedError {
  if (!refusal) return hidden;
  const errors = service?.errors ?? {};
  const ofKind = restErrors[refusal.kind];
  const isParameter = refusal.kind === 'invalid' && invalidParameter in errors;
  const code = refusal.code ?? (isParameter ? invalidParameter : ofKind.code);
  const own = Object.values(errors).find((error) => error.code === code);
  return named(refusal, own?.status ?? ofKind.status, code);
}

const hidden: NamedError = {
  status: 500,
  code: 'InternalFailure',
  message: 'The request processing has failed because of an unknown error.',
};

const hiddenByEvents: NamedError = { ...hidden, code: 'InternalException' };

function named(refusal: Refusal, status: number, code: string): NamedError {
  const message = refusal.message.slice(0, limits.messageCharactersMax).toWellFormed();
  if (!passing.includes(refusal.kind)) return { status, code, message };
  return { status, code, message, retryAfterSeconds: limits.retryAfterSeconds };
}
