/** The limits of what is done with events, of which `limits` is made. */
export const eventLimits = {
  /** Fields that one event pattern asks about, and stars in one of its wildcards. */
  eventPatternFieldsMax: 256,
  /** Ways to take one branch of every `$or`. */
  eventPatternCombinationsMax: 1_000,
  /** Steps of a search for elements of arrays that fulfil a pattern together. */
  eventPatternStepsMax: 1_000_000,
  eventPatternWildcardsMax: 5,
  /** Characters of a field's path. */
  eventPatternPathCharactersMax: 1_024,
  /** Characters of an event pattern, and of a bus's policy (EventBridge). */
  eventPatternCharactersMax: 2_048,
  eventBusPolicyCharactersMax: 10_240,
  /** Buses of an account besides `default`, rules of a bus, and targets of a rule. */
  eventBusesPerAccountMax: 100,
  rulesPerEventBusMax: 300,
  targetsPerRuleMax: 5,
  /** All entries of a PutEvents together, and how deep the detail of one goes. */
  putEventsBytesMax: 1024 * 1024,
  eventDetailDepthMax: 1_100,
  /** Rules that are read at once, each with its targets. */
  eventRulesAtOnce: 500,
  /** Rows of the outbox that are routed in one transaction, and how long that keeps others. */
  routedAtOnce: 128,
  routingTurnMilliseconds: 5,
  /** Events on their way to targets that a server keeps in memory. */
  eventsHeldMax: 4_096,
  eventsHeldCharactersMax: 16 * 1024 * 1024,
  /** Retries of a delivery and how old it may become, unless its target says less (AWS). */
  deliveryRetriesMax: 185,
  deliveryAgeSecondsMax: 24 * 60 * 60,
  /** The longest pause between two tries of a delivery. */
  deliveryRetrySecondsMax: 900,
  /** Deliveries under way at once: in all, to one target, and to one that takes its time. */
  deliveriesInFlightMax: 1_024,
  deliveriesToTargetMax: 16,
  deliveriesToSlowTargetMax: 2,
  slowTargetMilliseconds: 1_000,
  /** Signing secrets that are kept open in memory. */
  openedSecretsMax: 1_000,
  /** Deliveries that begin in one turn of the event loop: a rate, within bounds. */
  busyDeliveriesPerSecond: 600,
  deliveriesOfTurnMin: 2,
  deliveriesOfTurnMax: 32,
  /** A target whose last tries failed gets one at a time, after a pause that doubles. */
  targetRestMilliseconds: 10,
  targetRestMillisecondsMax: 1_000,
  /** Pending deliveries in memory: in all, about; of one target; of one lane. */
  deliveriesHeldMax: 8_192,
  deliveriesOfTargetHeldMax: 512,
  deliveriesOfLaneHeldMax: 16,
  /** Pending deliveries of a target that are read at once. */
  deliveriesReadAtOnce: 128,
  /** Tries that are not written down yet, beyond which no other begins. */
  deliveriesUnsettledMax: 2_048,
  /** Tries that are written down in one transaction, and how long they are gathered for it. */
  settledAtOnce: 256,
  settleMilliseconds: 20,
  /** Targets that a server remembers, and for how long without asking whether one changed. */
  targetsHeldMax: 10_000,
  targetsTrustedMilliseconds: 100,
  /** Of a target's answer as much is kept. */
  deliveryAnswerBytes: 1_024,
  /** How often deliveries are looked for that are due, and that nobody told of. */
  deliveryTickMilliseconds: 50,
  deliveryPollMilliseconds: 1_000,
  /** Other servers are told of events this often at most; an idle one keeps the work so long. */
  tellOthersMilliseconds: 250,
  eventsLingerMilliseconds: 2_000,
  /** Schedules that are due and handled in one transaction. */
  schedulesFiredAtOnce: 100,
  /** Archives of an account in a region, and those that are looked at at once. */
  archivesPerAccountMax: 100,
  archivesAtOnce: 100,
  /** Replays of an account in a region that run at once (AWS), and events that one step takes. */
  replaysAtOnceMax: 10,
  replayedAtOnce: 100,
  /** Replays that ended are told of for as long (AWS). */
  replayDaysKept: 90,
  /** While other events come in, schedules and replays get their turn this often. */
  errandMilliseconds: 50,
  /** What was kept long enough is removed so many rows at once, and looked for so often. */
  eventsSweptAtOnce: 200,
  eventsSweepSeconds: 600,
  /** Rows up to which those are counted that wait to be routed, or sent. */
  eventLagRowsMax: 10_000,
  /** What is wrong with the work on events is said in the log this often. */
  eventComplaintSeconds: 60,
  /** What is under way when a server stops may take as long; then it is sent again by another. */
  deliveryStopSecondsMax: 2,
  /** Live streams of events of a server, and of one principal. */
  streamsMax: 500,
  streamsPerPrincipalMax: 20,
  /** Events that a stream reads at once. */
  streamPageEvents: 100,
  /** Bytes that wait for the client of a stream before it is hung up on: some large events. */
  streamBufferBytesMax: 4 * 1024 * 1024,
  /** A client that catches up must take what there is by then. */
  streamStallSecondsMax: 30,
  /** Streams look so often for what others put on a bus, and whether their callers still may. */
  streamCheckMilliseconds: 1_000,
  /** A stream that is quiet says so after as long; well within what proxies wait. */
  streamHeartbeatSeconds: 15,
  /** Events after the one that a client had last of which none may be missing. */
  gapEventsCounted: 500,
  /** Clients of a stream that breaks come back after as long. */
  streamRetryMilliseconds: 1_000,
  /** Events and deliveries that one list looks at, so many at once; it may end early. */
  listedEventsScannedMax: 5_000,
  listedDeliveriesScannedMax: 20_000,
  listScanRows: 500,
  /** Deliveries that one call has tried once more. */
  redrivenDeliveriesMax: 500,
  /** One whose end its client does not take is cut off after as long. */
  streamEndMilliseconds: 2_000,
} as const;
