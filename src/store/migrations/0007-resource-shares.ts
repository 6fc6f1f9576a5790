import type { Dialect } from '../dialect.ts';
import type { Migration } from '../migration.ts';

/** Shares of groups with other accounts, which accept or reject them (AWS RAM). */
export const resourceShares: Migration = {
  id: 7,
  name: '0007-resource-shares',
  statements: ({ integer, text, tableOptions, clusteredOptions }: Dialect) => [
    `create table resource_share (
      id ${text} not null unique,
      account_id ${text} not null,
      region ${text} not null,
      name ${text} not null,
      permission ${text} not null,
      allows_external ${integer} not null,
      created_at ${integer} not null,
      updated_at ${integer} not null,
      client_token ${text},
      request_hash ${text},
      tags ${text} not null,
      primary key (account_id, region, id)
    )${tableOptions}`,
    `create unique index resource_share_token
      on resource_share (account_id, region, client_token)`,
    `create table resource_share_group (
      share_id ${text} not null references resource_share (id),
      group_id ${integer} not null references model_package_group (id),
      created_at ${integer} not null,
      primary key (share_id, group_id)
    )${clusteredOptions}`,
    'create index resource_share_group_id on resource_share_group (group_id, share_id)',
    `create table resource_share_principal (
      share_id ${text} not null references resource_share (id),
      account_id ${text} not null,
      created_at ${integer} not null,
      updated_at ${integer} not null,
      invitation_id ${text} not null,
      invitation_status ${text} not null,
      primary key (share_id, account_id)
    )${clusteredOptions}`,
    `create index resource_share_principal_account
      on resource_share_principal (account_id, share_id)`,
    `create unique index resource_share_invitation on resource_share_principal (invitation_id)`,
    `alter table model_package_group add column share_policy ${text}`,
    `alter table shared_group add column by_share ${integer} not null default 0`,
  ],
};
