import type { Dialect } from '../dialect.ts';
import type { Migration } from '../migration.ts';
import { lookupIndexes } from './lookup-indexes.ts';

/** Groups, packages, their names and searchable properties, and the journal. */
export const registry: Migration = {
  id: 1,
  name: '0001-registry',
  statements: (dialect) => [
    ...modelPackageGroup(dialect),
    ...modelPackage(dialect),
    ...search(dialect),
    ...journal(dialect),
    ...databaseCopy(dialect),
  ],
};

function modelPackageGroup({ identity, integer, text, tableOptions }: Dialect): string[] {
  return [
    `create table model_package_group (
      id ${identity},
      account_id ${text} not null,
      region ${text} not null,
      name ${text} not null,
      name_key ${text} not null,
      created_at ${integer} not null,
      last_version ${integer} not null,
      last_version_at ${integer} not null,
      policy ${text},
      tags ${text} not null,
      document ${text} not null,
      unique (account_id, region, name_key)
    )${tableOptions}`,
    `create index model_package_group_created
      on model_package_group (account_id, region, created_at, name_key)`,
  ];
}

function search({ identity, integer, text, tableOptions, clusteredOptions }: Dialect): string[] {
  return [
    `create table search_property_name (
      id ${identity},
      account_id ${text} not null,
      region ${text} not null,
      resource ${text} not null,
      name ${text} not null,
      unique (account_id, region, resource, name)
    )${tableOptions}`,
    // Without a reference to the name, which concurrent writers would all have to lock.
    `create table search_property (
      name_id ${integer} not null,
      value ${text} not null,
      modified_at ${integer} not null,
      resource_id ${integer} not null,
      primary key (name_id, value, modified_at, resource_id)
    )${clusteredOptions}`,
  ];
}

function journal({ identity, integer, text, tableOptions }: Dialect): string[] {
  return [
    `create table journal (
      seq ${identity},
      id ${text} not null,
      at ${integer} not null,
      account_id ${text} not null,
      caller_account_id ${text},
      region ${text} not null,
      service ${text} not null,
      operation ${text} not null,
      resource_arn ${text},
      principal_arn ${text} not null,
      access_key_id ${text} not null,
      request_id ${text} not null,
      error_code ${text},
      document ${text} not null
    )${tableOptions}`,
    'create index journal_resource on journal (lower(resource_arn), seq)',
    ...lookupIndexes('journal'),
  ];
}

function modelPackage({
  identity,
  integer,
  text,
  tableOptions,
  clusteredOptions,
}: Dialect): string[] {
  return [
    `create table model_package (
      id ${identity},
      account_id ${text} not null,
      region ${text} not null,
      type ${text} not null,
      group_id ${integer} references model_package_group (id),
      name ${text} not null,
      version ${integer},
      alias ${text},
      approval_status ${text},
      status ${text} not null,
      created_at ${integer} not null,
      last_modified_at ${integer},
      modified_at ${integer} not null,
      client_token ${text},
      request_hash ${text},
      tags ${text} not null,
      document ${text} not null,
      unique (group_id, version)
    )${tableOptions}`,
    `create index model_package_group_created_version
      on model_package (group_id, created_at, version)`,
    `create index model_package_group_approval
      on model_package (group_id, approval_status, created_at, version)`,
    `create index model_package_type_created
      on model_package (account_id, region, type, created_at, id)`,
    `create index model_package_modified
      on model_package (account_id, region, modified_at, id)`,
    `create unique index model_package_client_token
      on model_package (account_id, region, client_token) where client_token is not null`,
    `create table model_package_name (
      account_id ${text} not null,
      region ${text} not null,
      name_key ${text} not null,
      package_id ${integer} not null references model_package (id),
      primary key (account_id, region, name_key)
    )${clusteredOptions}`,
    'create index model_package_name_package on model_package_name (package_id)',
  ];
}

function databaseCopy({ integer, text, tableOptions }: Dialect): string[] {
  return [
    `create table database_copy (
      last_seq ${integer} not null,
      last_id ${text} not null
    )${tableOptions}`,
  ];
}
