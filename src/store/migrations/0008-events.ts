import type { Dialect } from '../dialect.ts';
import type { Migration } from '../migration.ts';

/** Event buses, their rules and targets, what was put on them, and what is delivered of it. */
export const events: Migration = {
  id: 8,
  name: '0008-events',
  statements: (dialect: Dialect) => [
    ...buses(dialect),
    ...eventLog(dialect),
    ...deliveries(dialect),
    ...archives(dialect),
    ...destinations(dialect),
  ],
};

function buses({ identity, integer, text, tableOptions, clusteredOptions }: Dialect): string[] {
  return [
    `create table event_bus (
      id ${identity},
      account_id ${text} not null,
      region ${text} not null,
      name ${text} not null,
      description ${text},
      policy ${text},
      tags ${text} not null,
      document ${text} not null,
      created_at ${integer} not null,
      modified_at ${integer} not null
    )${tableOptions}`,
    'create unique index event_bus_name on event_bus (account_id, region, name)',
    `create table event_rule (
      id ${identity},
      account_id ${text} not null,
      region ${text} not null,
      bus_name ${text} not null,
      name ${text} not null,
      pattern ${text},
      schedule ${text},
      state ${text} not null,
      description ${text},
      role_arn ${text},
      managed_by ${text},
      created_by ${text} not null,
      tags ${text} not null,
      created_at ${integer} not null,
      due_at ${integer}
    )${tableOptions}`,
    'create unique index event_rule_name on event_rule (account_id, region, bus_name, name)',
    'create index event_rule_due on event_rule (due_at, id) where due_at is not null',
    `create table event_target (
      rule_id ${integer} not null references event_rule (id),
      target_id ${text} not null,
      arn ${text} not null,
      document ${text} not null,
      primary key (rule_id, target_id)
    )${clusteredOptions}`,
    'create index event_target_arn on event_target (arn, rule_id)',
    `create table event_revision (
      id ${integer} not null primary key,
      revision ${integer} not null
    )${tableOptions}`,
  ];
}

function eventLog({ identity, integer, text, tableOptions }: Dialect): string[] {
  return [
    `create table event_outbox (
      id ${identity},
      journal_seq ${integer},
      account_id ${text} not null,
      region ${text} not null,
      bus_name ${text} not null,
      hops ${integer} not null,
      body ${text}
    )${tableOptions}`,
    `create table bus_event (
      id ${identity},
      event_id ${text} not null,
      account_id ${text} not null,
      region ${text} not null,
      bus_name ${text} not null,
      at ${integer} not null,
      ingested_at ${integer} not null,
      hops ${integer} not null,
      journal_seq ${integer},
      journal_index ${integer},
      body ${text}
    )${tableOptions}`,
    'create index bus_event_stream on bus_event (account_id, region, id)',
    'create index bus_event_ingested on bus_event (ingested_at, id)',
    'create index bus_event_event on bus_event (event_id)',
  ];
}

function deliveries({
  identity,
  integer,
  text,
  tableOptions,
  clusteredOptions,
}: Dialect): string[] {
  return [
    `create table delivery (
      id ${identity},
      account_id ${text} not null,
      region ${text} not null,
      bus_event_id ${integer} not null,
      rule_id ${integer} not null,
      rule_arn ${text} not null,
      target_id ${text} not null,
      target_arn ${text} not null,
      lane ${text} not null,
      replay_name ${text},
      state ${text} not null,
      attempts ${integer} not null,
      created_at ${integer} not null,
      round_attempts ${integer} not null,
      round_at ${integer} not null,
      next_attempt_at ${integer} not null,
      settled_at ${integer},
      error_code ${text},
      error_message ${text},
      exhausted ${text}
    )${tableOptions}`,
    `create index delivery_pending on delivery (rule_id, target_id, lane, id)
      where state = 'PENDING'`,
    'create index delivery_listed on delivery (account_id, region, id)',
    'create index delivery_state on delivery (account_id, region, state, id)',
    'create index delivery_event on delivery (bus_event_id, id)',
    `create index delivery_given_up on delivery (rule_id, id)
      where state in ('FAILED', 'DEAD_LETTERED')`,
    'create index delivery_settled on delivery (settled_at) where settled_at is not null',
    `create table delivery_attempt (
      delivery_id ${integer} not null references delivery (id),
      number ${integer} not null,
      at ${integer} not null,
      duration ${integer} not null,
      status_code ${integer},
      error_code ${text},
      answer ${text},
      primary key (delivery_id, number)
    )${clusteredOptions}`,
  ];
}

function archives({ identity, integer, text, tableOptions, clusteredOptions }: Dialect): string[] {
  return [
    `create table event_archive (
      id ${identity},
      account_id ${text} not null,
      region ${text} not null,
      name ${text} not null,
      bus_name ${text} not null,
      description ${text},
      pattern ${text},
      retention_days ${integer} not null,
      event_count ${integer} not null,
      size_bytes ${integer} not null,
      created_at ${integer} not null,
      deleted_at ${integer}
    )${tableOptions}`,
    `create unique index event_archive_name on event_archive (account_id, region, name)
      where deleted_at is null`,
    'create index event_archive_deleted on event_archive (id) where deleted_at is not null',
    `create table archived_event (
      archive_id ${integer} not null references event_archive (id),
      bus_event_id ${integer} not null references bus_event (id),
      at ${integer} not null,
      size_bytes ${integer} not null,
      primary key (archive_id, bus_event_id)
    )${clusteredOptions}`,
    'create index archived_event_at on archived_event (archive_id, at, bus_event_id)',
    'create index archived_event_event on archived_event (bus_event_id)',
    `create table event_replay (
      id ${identity},
      account_id ${text} not null,
      region ${text} not null,
      name ${text} not null,
      description ${text},
      source_arn ${text} not null,
      bus_name ${text} not null,
      filter_arns ${text} not null,
      state ${text} not null,
      state_reason ${text},
      start_at ${integer} not null,
      end_at ${integer} not null,
      position ${integer} not null,
      replayed_until ${integer},
      started_at ${integer} not null,
      ended_at ${integer}
    )${tableOptions}`,
    'create unique index event_replay_name on event_replay (account_id, region, name)',
    'create index event_replay_running on event_replay (id) where ended_at is null',
    'create index event_replay_ended on event_replay (ended_at, id) where ended_at is not null',
  ];
}

function destinations({ identity, integer, text, tableOptions }: Dialect): string[] {
  return [
    `create table event_connection (
      id ${identity},
      account_id ${text} not null,
      region ${text} not null,
      name ${text} not null,
      uuid ${text} not null,
      description ${text},
      state ${text} not null,
      state_reason ${text},
      authorization_type ${text} not null,
      document ${text} not null,
      secret ${text},
      secret_key_id ${text},
      created_at ${integer} not null,
      modified_at ${integer} not null,
      authorized_at ${integer}
    )${tableOptions}`,
    'create unique index event_connection_name on event_connection (account_id, region, name)',
    `create table api_destination (
      id ${identity},
      account_id ${text} not null,
      region ${text} not null,
      name ${text} not null,
      uuid ${text} not null,
      description ${text},
      connection_arn ${text} not null,
      endpoint ${text} not null,
      method ${text} not null,
      rate_limit ${integer} not null,
      signing_secret ${text} not null,
      secret_key_id ${text} not null,
      created_at ${integer} not null,
      modified_at ${integer} not null
    )${tableOptions}`,
    'create unique index api_destination_name on api_destination (account_id, region, name)',
    'create index api_destination_connection on api_destination (connection_arn, id)',
    `create table webhook (
      id ${identity},
      account_id ${text} not null,
      region ${text} not null,
      name ${text} not null,
      url ${text} not null,
      format ${text} not null,
      description ${text},
      document ${text} not null,
      rule_id ${integer} not null,
      signing_secret ${text} not null,
      secret_key_id ${text} not null,
      created_at ${integer} not null,
      modified_at ${integer} not null
    )${tableOptions}`,
    'create unique index webhook_name on webhook (account_id, region, name)',
  ];
}
