/** Where the time comes from: epoch milliseconds. Tests put their own in its place. */
export interface Clock {
  now(): number;
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => Date.now() };
