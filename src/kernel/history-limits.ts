/** The limits of records, sealing and what looks back: members of `limits`. */
export const historyLimits = {
  /** Records of one LookupEvents answer, and the default. */
  lookupEventsMax: 50,
  /** LookupEvents tells no older ones (AWS). */
  lookupDaysMax: 90,
  /** Records that one LookupEvents looks at, and how many before it lets other calls run. */
  lookupRowsMax: 20_000,
  lookupSliceRows: 500,
  /** LookupEvents per second and at once, of one account in one region (AWS). */
  lookupsPerSecond: 2,
  /** Characters of a request or an answer in a CloudTrail record (CloudTrail's 100 KB). */
  recordMembersCharactersMax: 100 * 1024,
  /** Reads that a server records per second in the long run, and at once after a pause. */
  readRecordsPerSecond: 20,
  readRecordsBurst: 500,
  /** Read records that wait to be written; no read waits longer than the milliseconds. */
  readRecordsHeldMax: 1_000,
  readRecordsHeldMilliseconds: 500,
  /** Read records that share a transaction. */
  readRecordsBatch: 200,
  /** Bytes of a read's request that its record keeps; of a longer one it tells the length. */
  readRequestBytesMax: 4 * 1024,
  /** Accounts in regions whose unrecorded reads are told apart. */
  omittedScopesMax: 16,
  /** Read records past their time are removed so many at once, so often. */
  readRecordsPruned: 500,
  readPruneSeconds: 10,
  /** Entries, the latest before a moment, among which its last one in the journal's order is. */
  asOfEntriesMax: 10_000,
  /** Versions whose past is told at once; after so many entries a page of them ends early. */
  asOfVersionsAtOnce: 32,
  asOfPageEntriesMax: 2_000,
  /** The journal is looked at for entries to seal this often. */
  sealMilliseconds: 1_000,
  /** Entries that are sealed in one transaction. */
  sealBatchEntries: 128,
  /** The journal is kept for so long at least: half a year, as laws on logs have it. */
  journalRetentionDaysMin: 183,
  /** Entries that are removed from the journal in one transaction. */
  pruneBatchEntries: 256,
  /** Entries up to which those are counted that are not sealed yet. */
  sealLagEntriesMax: 10_000,
  /**
   * Leaves from which a check of the history is shared out among threads, how many leaves one is
   * given, and how many such shares may be judged before one that comes before them.
   */
  threadedLeavesMin: 50_000,
  leafShare: 1_024,
  leafSharesAhead: 64,
  leafThreadsMax: 8,
  /** An entry that is not sealed after so long is worth a warning. */
  sealLagSecondsHigh: 30,
  /** A server that stops seals what is left within so long. */
  sealFlushSecondsMax: 2,
  /** What could not be sealed is said in the log this often. */
  sealComplaintSeconds: 60,
  /** A server that does not seal looks whether the newest checkpoint goes on from its witness. */
  witnessSeconds: 10,
} as const;
