import type { Generated, Selectable } from 'kysely';

/** The tables of what is put on event buses; see docs/adr/0018-events.md. */
export interface EventTables {
  event_bus: EventBusTable;
  event_rule: EventRuleTable;
  event_target: EventTargetTable;
  event_revision: EventRevisionTable;
  event_outbox: EventOutboxTable;
  bus_event: BusEventTable;
  delivery: DeliveryTable;
  delivery_attempt: DeliveryAttemptTable;
  event_archive: EventArchiveTable;
  archived_event: ArchivedEventTable;
  event_replay: EventReplayTable;
  event_connection: EventConnectionTable;
  api_destination: ApiDestinationTable;
  webhook: WebhookTable;
}

/** An event bus. `default` is there without a row, until something is said of it. */
interface EventBusTable {
  id: Generated<number>;
  account_id: string;
  region: string;
  name: string;
  description: string | null;
  policy: string | null;
  tags: string;
  /** What else CreateEventBus was given (JSON). */
  document: string;
  created_at: number;
  modified_at: number;
}

/** A rule of a bus: which events go to its targets, or at which times one of its own does. */
interface EventRuleTable {
  id: Generated<number>;
  account_id: string;
  region: string;
  bus_name: string;
  name: string;
  pattern: string | null;
  schedule: string | null;
  state: 'ENABLED' | 'DISABLED' | 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';
  description: string | null;
  role_arn: string | null;
  /** `imprimatur` where a webhook's own: nobody else may change it. */
  managed_by: string | null;
  /** The account whose principal made it. */
  created_by: string;
  tags: string;
  created_at: number;
  /** When its schedule is due next; null without one, and while it is disabled. */
  due_at: number | null;
}

/** Where events of a rule go: `document` is the Target as PutTargets has it. */
interface EventTargetTable {
  rule_id: number;
  target_id: string;
  arn: string;
  document: string;
}

/** One row, counted up by every change to rules, targets and archives, which are remembered. */
interface EventRevisionTable {
  id: number;
  revision: number;
}

/** Events that are not on their bus yet: written with the change that they tell of. */
interface EventOutboxTable {
  id: Generated<number>;
  /** The journal entry that holds the events; null where `body` is the event. */
  journal_seq: number | null;
  account_id: string;
  region: string;
  bus_name: string;
  /** How often it went from one bus to another: a second time is refused. */
  hops: number;
  /** The envelope (JSON). */
  body: string | null;
}

/** What was put on a bus, in the order in which it was: `id` is the position in that order. */
interface BusEventTable {
  id: Generated<number>;
  /** The envelope's id. */
  event_id: string;
  account_id: string;
  region: string;
  bus_name: string;
  /** The envelope's time. */
  at: number;
  ingested_at: number;
  hops: number;
  /** The journal entry that holds it and its place there; null where `body` is the envelope. */
  journal_seq: number | null;
  journal_index: number | null;
  body: string | null;
}

/** One event for one target of a rule. */
interface DeliveryTable {
  id: Generated<number>;
  account_id: string;
  region: string;
  bus_event_id: number;
  rule_id: number;
  rule_arn: string;
  target_id: string;
  target_arn: string;
  /** Within a lane a target gets one after the other: a group's name, or the event's own id. */
  lane: string;
  replay_name: string | null;
  /** FAILED is given up with nowhere to keep it, DEAD_LETTERED given up and sent to a queue. */
  state: 'PENDING' | 'DELIVERED' | 'FAILED' | 'DEAD_LETTERED';
  /** In all. */
  attempts: number;
  created_at: number;
  /** Of the present round, to which the RetryPolicy applies: a redrive begins a new one. */
  round_attempts: number;
  round_at: number;
  next_attempt_at: number;
  settled_at: number | null;
  /** Of the last attempt that failed, in EventBridge's words (events.md section 5.2). */
  error_code: string | null;
  error_message: string | null;
  /** Which bound of the RetryPolicy was reached, where one was. */
  exhausted: 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds' | null;
}

/** One try of a delivery. */
interface DeliveryAttemptTable {
  delivery_id: number;
  number: number;
  at: number;
  /** Milliseconds. */
  duration: number;
  /** Of HTTP. */
  status_code: number | null;
  error_code: string | null;
  /** The first bytes of the answer, or what went wrong instead of one. */
  answer: string | null;
}

/** What keeps a bus's events that match a pattern; 0 days are for ever. */
interface EventArchiveTable {
  id: Generated<number>;
  account_id: string;
  region: string;
  name: string;
  bus_name: string;
  description: string | null;
  pattern: string | null;
  retention_days: number;
  event_count: number;
  size_bytes: number;
  created_at: number;
  /** Null while it is there; afterwards it is only swept up. */
  deleted_at: number | null;
}

/** An event that an archive keeps; it stays in `bus_event` for as long. */
interface ArchivedEventTable {
  archive_id: number;
  bus_event_id: number;
  /** The envelope's time. */
  at: number;
  /** Of the envelope as JSON. */
  size_bytes: number;
}

/** Events of a time that go to rules once more: from an archive, or from the bus's own log. */
interface EventReplayTable {
  id: Generated<number>;
  account_id: string;
  region: string;
  name: string;
  description: string | null;
  /** Of an archive, or of a bus (an extension). */
  source_arn: string;
  bus_name: string;
  /** ARNs of the rules that it is for (JSON); empty for all. */
  filter_arns: string;
  state: 'STARTING' | 'RUNNING' | 'CANCELLING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';
  state_reason: string | null;
  start_at: number;
  end_at: number;
  /** The `bus_event` up to which it has come. */
  position: number;
  /** The time of that event. */
  replayed_until: number | null;
  started_at: number;
  ended_at: number | null;
}

/** How an API destination is signed in to; `secret` is encrypted, `document` without secrets. */
interface EventConnectionTable {
  id: Generated<number>;
  account_id: string;
  region: string;
  name: string;
  uuid: string;
  description: string | null;
  state: 'CREATING' | 'AUTHORIZED' | 'DEAUTHORIZED' | 'AUTHORIZING' | 'DELETING';
  state_reason: string | null;
  authorization_type: 'BASIC' | 'OAUTH_CLIENT_CREDENTIALS' | 'API_KEY';
  document: string;
  secret: string | null;
  secret_key_id: string | null;
  created_at: number;
  modified_at: number;
  authorized_at: number | null;
}

/** An HTTP endpoint that rules can have as a target. */
interface ApiDestinationTable {
  id: Generated<number>;
  account_id: string;
  region: string;
  name: string;
  uuid: string;
  description: string | null;
  connection_arn: string;
  endpoint: string;
  method: string;
  /** Invocations per second. */
  rate_limit: number;
  /** Encrypted: the Standard Webhooks secrets, the newest first (JSON). */
  signing_secret: string;
  secret_key_id: string;
  created_at: number;
  modified_at: number;
}

/** The short form: an endpoint with a rule of its own (an extension). */
interface WebhookTable {
  id: Generated<number>;
  account_id: string;
  region: string;
  name: string;
  url: string;
  format: 'EventBridge' | 'CloudEvents';
  description: string | null;
  /** Which events it is told of: Events and ModelPackageGroupName, or EventPattern (JSON). */
  document: string;
  rule_id: number;
  /** Encrypted: the Standard Webhooks secrets, the newest first (JSON). */
  signing_secret: string;
  secret_key_id: string;
  created_at: number;
  modified_at: number;
}

/** A row of `event_bus` as it is read. */
export type EventBusRow = Selectable<EventBusTable>;
/** A row of `event_rule` as it is read. */
export type EventRuleRow = Selectable<EventRuleTable>;
/** A row of `event_target` as it is read. */
export type EventTargetRow = Selectable<EventTargetTable>;
/** A row of `event_outbox` as it is read. */
export type EventOutboxRow = Selectable<EventOutboxTable>;
/** A row of `bus_event` as it is read. */
export type BusEventRow = Selectable<BusEventTable>;
/** A row of `delivery` as it is read. */
export type DeliveryRow = Selectable<DeliveryTable>;
/** A row of `delivery_attempt` as it is read. */
export type DeliveryAttemptRow = Selectable<DeliveryAttemptTable>;
/** A row of `event_archive` as it is read. */
export type EventArchiveRow = Selectable<EventArchiveTable>;
/** A row of `archived_event` as it is read. */
export type ArchivedEventRow = Selectable<ArchivedEventTable>;
/** A row of `event_replay` as it is read. */
export type EventReplayRow = Selectable<EventReplayTable>;
/** A row of `event_connection` as it is read. */
export type EventConnectionRow = Selectable<EventConnectionTable>;
/** A row of `api_destination` as it is read. */
export type ApiDestinationRow = Selectable<ApiDestinationTable>;
/** A row of `webhook` as it is read. */
export type WebhookRow = Selectable<WebhookTable>;
