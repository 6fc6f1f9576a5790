import { runGroup } from './subcommands.ts';
import type { CommandGroup } from './subcommands.ts';
import type { Terminal } from './terminal.ts';

const group: CommandGroup = {
  name: 'db',
  commands: {
    status: {
      summary: 'tell which database it is, how far its schema has come, and how big it is',
      load: async () => (await import('./db-status.ts')).dbStatus,
    },
    migrate: {
      summary: 'bring the schema up to date, as a start of the server does by itself',
      load: async () => (await import('./db-migrate.ts')).dbMigrate,
    },
    copy: {
      summary: 'copy everything from one database to another: SQLite to PostgreSQL, or back',
      load: async () => (await import('./db-copy.ts')).dbCopy,
    },
    rekey: {
      summary: 'encrypt all secrets under a new encryption key',
      load: async () => (await import('./db-rekey.ts')).dbRekey,
    },
  },
  examples: `  imprimatur db status
      tells it of the database in ./imprimatur-data
  imprimatur db copy --from sqlite:models.db --to postgres://me@db.example/models
      moves from one machine to many
`,
};

/** `imprimatur db …`: looks after the database, without a server. */
export function db(args: readonly string[], terminal: Terminal): Promise<number | void> {
  return runGroup(group, args, terminal);
}
