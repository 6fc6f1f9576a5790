/**
 * What LookupEvents finds records by. The two that hold few rows, calls across accounts and calls
 * of IAM, cost a registration nothing.
 */
export function lookupIndexes(table: 'journal' | 'read_record'): string[] {
  return [
    `create index ${table}_time on ${table} (account_id, region, at, seq)`,
    `create index ${table}_access_key on ${table} (access_key_id, region, at, seq)`,
    `create index ${table}_caller on ${table} (caller_account_id, region, at, seq)
      where caller_account_id is not null`,
    `create index ${table}_iam on ${table} (account_id, at, seq) where service = 'iam'`,
  ];
}
