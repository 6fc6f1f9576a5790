import type { Dialect } from './dialect.ts';
import type { Migration } from './migration.ts';
import { migrations } from './migrations/index.ts';
import type { SqliteConnection } from './sqlite-connection.ts';

/**
 * Brings the schema up to date, each migration in a transaction of its own. A schema that is newer
 * than this program is left as it is: later migrations only add.
 */
export async function migrate(connection: SqliteConnection, dialect: Dialect): Promise<void> {
  connection.exec(
    `create table if not exists schema_migration (
      id ${dialect.integer} not null primary key, name ${dialect.text} not null
    )${dialect.tableOptions}`,
  );
  for (const migration of migrations) {
    connection.control('begin immediate');
    try {
      if (!(await isApplied(connection, migration))) {
        for (const statement of migration.statements(dialect)) connection.exec(statement);
        connection.exec(
          `insert into schema_migration (id, name) values (${migration.id}, '${migration.name}')`,
        );
      }
      connection.control('commit');
    } catch (error) {
      if (connection.inTransaction) connection.control('rollback');
      throw error;
    }
  }
}

async function isApplied(connection: SqliteConnection, migration: Migration): Promise<boolean> {
  const applied = connection.sql
    .selectFrom('schema_migration')
    .select('id')
    .where('id', '=', migration.id);
  return (await connection.rows(applied)).length > 0;
}
