import type { Dialect } from '../dialect.ts';
import type { Migration } from '../migration.ts';
import { lookupIndexes } from './lookup-indexes.ts';

/** Records of calls that changed nothing, beside the journal. */
export const readRecords: Migration = {
  id: 5,
  name: '0005-read-records',
  statements: ({ identity, integer, text, tableOptions }: Dialect) => [
    `create table read_record (
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
      document ${text} not null
    )${tableOptions}`,
    'create index read_record_resource on read_record (lower(resource_arn), seq)',
    ...lookupIndexes('read_record'),
  ],
};
