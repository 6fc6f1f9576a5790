/** Limits of what events are sent to; `limits` has them too. */
export const targetLimits = {
  /** An HTTP target must have answered by then (AWS). */
  targetSecondsMax: 5,
  /** Bytes of its answer that are read, and of the headers of that. */
  targetAnswerBytesMax: 64 * 1024,
  targetHeaderBytesMax: 16 * 1024,
  /** Connections to all HTTP targets and to one host, and how many of these are kept how long. */
  targetConnections: 1_024,
  targetConnectionsPerHost: 128,
  targetIdleConnectionsPerHost: 16,
  targetIdleSeconds: 4,
  /** API destinations whose rate is remembered, and connections whose tokens of OAuth are. */
  limitedDestinationsMax: 10_000,
  oAuthTokensMax: 1_000,
  /** A token holds so long where nothing is said, and counts as expired so long before it does. */
  oAuthTokenSeconds: 300,
  oAuthTokenMarginSeconds: 10,
  /** Connections and API destinations of an account in a region (AWS). */
  eventConnectionsMax: 3_000,
  apiDestinationsMax: 3_000,
  /** Webhooks of an account in a region. */
  webhooksMax: 200,
  /** Bytes of the secret that signs messages, how many sign at once, and how long an old one. */
  signingSecretBytes: 32,
  signingSecretsMax: 3,
  signingSecretOverlapSeconds: 24 * 60 * 60,
} as const;
