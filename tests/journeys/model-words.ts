/** The words that the model's parts share. */
export type Json = Record<string, unknown>;

export interface Tag {
  Key: string;
  Value: string;
}

/** A call that the model refuses. */
export class Refused extends Error {
  readonly code: string;
  constructor(message: string, code = 'ValidationException') {
    super(message);
    this.code = code;
  }
}
