import { eventLimits } from './event-limits.ts';
import { historyLimits } from './history-limits.ts';
import { targetLimits } from './target-limits.ts';

/** Every limit of the server, in one place; units are the last word of each name. */
export const limits = {
  /** A request's body: far above any real registration, far below what the contracts add up to. */
  bodyBytesMax: 4 * 1024 * 1024,
  /** A body too large is read and thrown away up to here, so that its sender hears why. */
  discardedBytesMax: 64 * 1024 * 1024,
  /** All headers of a request together. */
  headerBytesMax: 32 * 1024,
  /** The form of a Query call, and the parameters in it. */
  formBytesMax: 1024 * 1024,
  formParametersMax: 4_096,
  /** Structures within structures of an input, the contract's own recursion included. */
  inputDepthMax: 64,
  /** Constraint violations that one answer lists. */
  violationsMax: 20,
  /** Characters of a string that is too long already, up to which its pattern is still tested. */
  patternCharactersMax: 32 * 1024,
  /** Characters of the caller's value that an error message repeats. */
  echoCharactersMax: 256,
  /** Characters of an error message (the model's FailureReason shape). */
  messageCharactersMax: 1024,
  /** Headers must have arrived by then. */
  headersSecondsMax: 10,
  /** The whole request must have arrived by then. */
  requestSecondsMax: 30,
  /** An idle connection is kept as long; above the 60 s that load balancers keep theirs. */
  keepAliveSeconds: 75,
  /** Calls in flight are waited for as long when the server stops. */
  drainSecondsMax: 10,
  /** What works in the background ends within as long; what it held may be lost. */
  workersEndSecondsMax: 4,
  /** A TLS handshake must be over by then. */
  handshakeSecondsMax: 10,
  /** The files of a certificate are looked at so often for a renewed one. */
  certificateCheckSeconds: 10,
  /** Connections open at once, unless configured. */
  connectionsMax: 10_000,
  /** A header-signed request's clock may differ by as much, unless configured. */
  clockWindowSeconds: 15 * 60,
  /** A presigned request's X-Amz-Expires. */
  presignSecondsMax: 7 * 24 * 60 * 60,
  /** Callers who are throttled, or meet a lost database, are asked to come back after as long. */
  retryAfterSeconds: 1,
  /** Principals whose rate of calls is remembered. */
  rateLimitedPrincipalsMax: 10_000,
  /** The database counts as lost when it does not say how it is within as long. */
  databaseAnswerSecondsMax: 2,
  /** What the database said of itself holds so long, so that probes cannot load it. */
  databaseStatusHeldMilliseconds: 1_000,
  /** A collector of traces that does not answer holds up the end of the server so long. */
  traceFlushSecondsMax: 3,
  /** Failed authentications one source address may cause per second, and at once. */
  failedSignaturesPerSecond: 20,
  failedSignaturesBurst: 100,
  /** Source addresses whose failures are remembered. */
  failureAddressesMax: 10_000,
  /** Derived SigV4 keys kept in memory. */
  signingKeysMax: 1_000,
  /** Beginnings of Authorization headers, each up to the characters, that are kept as read. */
  preamblesMax: 1_000,
  preambleCharactersMax: 1_024,
  /** A write waits for another program's lock on the database so long, trying again so often. */
  lockSecondsMax: 5,
  lockRetryMilliseconds: 20,
  /** Connections to PostgreSQL that one server keeps. */
  databaseConnections: 10,
  /** Those of them that the quick statements of all reads share. */
  databaseReadLines: 2,
  /** A connection to PostgreSQL must be made, or become free, by then. */
  databaseConnectSecondsMax: 5,
  /** Statements that a stopping server still waits for must have been answered by then. */
  databaseEndSecondsMax: 3,
  /** A connection to PostgreSQL is asked for a sign of life when nothing was heard for as long. */
  databaseKeepAliveSeconds: 5,
  /** The connection that hears of other servers' changes is tried, and looked for so often. */
  listenCheckSeconds: 5,
  /** One that is lost is made anew after a pause, which doubles so often. */
  listenRetryMilliseconds: 100,
  listenDoublings: 6,
  /** A statement that goes by a key must have been answered by then. */
  databaseQuickSecondsMax: 10,
  /** Any other statement must have been answered by then. */
  databaseStatementSecondsMax: 30,
  /** A statement that changes the schema, and the wait for another server that does. */
  migrationSecondsMax: 600,
  /** A transaction that met another one begins anew so often, after a pause that doubles. */
  transactionAttemptsMax: 6,
  /** After as long it does not begin anew: its caller has waited enough. */
  transactionAttemptsSecondsMax: 10,
  transactionRetryMilliseconds: 5,
  /** Statements of a transaction that are sent before the first is answered. */
  statementsInFlightMax: 256,
  /** Prepared statements kept per connection to a database. */
  statementsMax: 500,
  /** Writes that share one commit. */
  groupCommitWritesMax: 256,
  /** Rows of a table that are copied from one database to another in one transaction. */
  copyBatchRows: 1_000,
  /** A page of an SQLite file and of its write-ahead log. */
  pageBytes: 4096,
  /** Pages by which the log grows before it is checkpointed. */
  checkpointPages: 1_000,
  /** Pages of the log from which a commit waits for a checkpoint; it may be late by as many. */
  logPagesMax: 4_000,
  /** Characters of the user agent that the journal keeps (CloudTrail's 1 KB). */
  userAgentCharactersMax: 1024,
  /** Candidates that a search reads before it lets other calls run. */
  searchChunkRows: 256,
  /** Matches that a search counts exactly; above it TotalHits says GreaterThanOrEqualTo. */
  searchHitsCountedMax: 1_000,
  /** Groups of other accounts that a search looks into: as many as AWS lets anyone see. */
  sharedGroupsSearched: 1_000,
  /** Characters of documents in one answer; a page of Search ends early rather than exceed it. */
  answerCharactersMax: 8 * 1024 * 1024,
  /** Elements of a search expression over its whole recursion (API reference). */
  searchElementsMax: 50,
  /** Property names that GetSearchSuggestions answers. */
  suggestionsMax: 100,
  /** Characters of a package's document, to which updates may grow it. */
  documentCharactersMax: 8 * 1024 * 1024,
  /** Entries of a version's customer metadata after an update. */
  customerMetadataEntriesMax: 50,
  /** Additional inference specifications of a package after an update. */
  additionalInferenceSpecificationsMax: 15,
  /** Characters of a policy's document, spaces included (the model's policyDocumentType). */
  policyCharactersMax: 131_072,
  /** Characters of a managed, a trust and a session policy, spaces apart (identity.md 3.1). */
  managedPolicyCharactersMax: 6_144,
  trustPolicyCharactersMax: 2_048,
  sessionPolicyCharactersMax: 2_048,
  /** Characters of all inline policies of one user, group or role, spaces apart. */
  userInlineCharactersMax: 2_048,
  groupInlineCharactersMax: 5_120,
  roleInlineCharactersMax: 10_240,
  /** Managed policies of an account, versions of one, and policies attached to one holder. */
  policiesPerAccountMax: 1_500,
  versionsPerPolicyMax: 5,
  policiesPerHolderMax: 10,
  /** Statements of a policy: more than AWS's sizes have room for. */
  policyStatementsMax: 512,
  /** A page of a policy simulation ends after as long. */
  simulationMillisecondsMax: 200,
  /** Policies that a server keeps compiled. */
  compiledPoliciesMax: 2_000,
  /** Callers for whom a server remembers which statements are about what. */
  policyIndexesMax: 1_000,
  /** Actions for which a compiled policy remembers what it says. */
  policyActionsHeldMax: 512,
  ...eventLimits,
  ...historyLimits,
  ...targetLimits,
  /** Tags of one resource. */
  tagsPerResourceMax: 50,
  /** Users of an account, and access keys of a user. */
  usersPerAccountMax: 5_000,
  accessKeysPerUserMax: 2,
  /** Groups of an account, and those that one user is in. */
  groupsPerAccountMax: 300,
  groupsPerUserMax: 10,
  /** Roles of an account. */
  rolesPerAccountMax: 1_000,
  /** How long a session lasts unless asked otherwise; that of a chain or of root at most. */
  roleSessionSeconds: 60 * 60,
  userSessionSeconds: 12 * 60 * 60,
  chainedSessionSecondsMax: 60 * 60,
  rootSessionSecondsMax: 60 * 60,
  /** The policies and tags of a session, compressed; the token that holds them, as it is sent. */
  sessionPackedBytesMax: 4_096,
  sessionTokenCharactersMax: 12 * 1024,
  /** Access keys that a server remembers, and for how long without asking whether one changed. */
  accessKeysHeldMax: 10_000,
  accessKeysTrustedMilliseconds: 1_000,
  /** The use of a key is written down this often. */
  lastUsedSeconds: 60,
  /** Resource shares of an account, and the groups and the accounts that one of them holds. */
  resourceSharesPerAccountMax: 5_000,
  membersPerShareMax: 100,
  /** Accounts that one group may be shared with. */
  accountsPerSharedGroupMax: 1_000,
  /** An invitation that nobody answers expires after as long. */
  invitationDays: 7,
  tagKeyCharactersMax: 128,
  /** Items of an IAM list answer where none is asked for. */
  identityPageItems: 100,
  /** Items of a list answer, and the default. */
  pageItemsMax: 100,
  /** Journal entries of one history answer, and the default. */
  historyItemsMax: 100,
  /** Rows that a walk over a whole table reads at once; a row may be megabytes large. */
  scanRows: 128,
  /** A holder of a lease that shows no sign of life for so long has lost it. */
  leaseSeconds: 4,
  /** Findings after which a check of the whole store ends. */
  findingsMax: 1_000,
  /** Of one group or one kind, so that one fault does not hide all others. */
  findingsOfOneMax: 20,
  /** What looks wrong is read again so often, with so long in between. */
  recheckAttemptsMax: 12,
  recheckMillisecondsMax: 20,
  /** Sums by which a check compares the search index with the rows: 4 bytes each. */
  searchSumsMax: 4 * 1024 * 1024,
  /** Resources whose search properties differ in sum that a check looks at one by one. */
  searchSuspectsMax: 10_000,
  /** Changed entries among which those are looked for that have changed places. */
  swappedEntriesMax: 64,
  /** Free space of a disk below which the doctor fails, and below which it warns. */
  diskFreeBytesMin: 64 * 1024 * 1024,
  diskFreeBytesLow: 1024 * 1024 * 1024,
  inodesFreeMin: 1_000,
  /** A write-ahead log larger than this has not been brought into the database for long. */
  writeAheadBytesHigh: 256 * 1024 * 1024,
  /** How far the clock may be behind the last journal entry, and away from a server's. */
  clockBehindSecondsMax: 1,
  serverClockSecondsMax: 5,
} as const;
