/** Why a call was refused; each protocol gives a kind its own error name and HTTP status. */
export type RefusalKind =
  | 'invalid'
  | 'unreadable'
  | 'unauthenticated'
  | 'denied'
  | 'missing'
  | 'exists'
  | 'conflict'
  | 'limit'
  | 'throttled'
  | 'too-large'
  | 'timed-out'
  | 'unavailable'
  | 'unsupported';

/** What a refusal may carry besides its kind and its sentence. */
export interface RefusalDetail {
  /** The error's own name where AWS is irregular (`IncompleteSignatureException`). */
  code?: string;
}

/**
 * A call that cannot be carried out through no fault of the server.
 *
 * The message is for the caller: what is wrong, with the caller's value in quotes. Anything else
 * that is thrown is a bug and is answered with InternalFailure, its message hidden.
 */
export class Refusal extends Error {
  readonly kind: RefusalKind;
  readonly code: string | undefined;

  constructor(kind: RefusalKind, message: string, detail: RefusalDetail = {}) {
    super(message);
    this.name = 'Refusal';
    this.kind = kind;
    this.code = detail.code;
  }
}

/** Throws a refusal of the kind `invalid`, the commonest: ValidationException on the wire. */
export function refuseInvalid(message: string): never {
  throw new Refusal('invalid', message);
}
