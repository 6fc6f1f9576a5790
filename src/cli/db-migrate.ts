import { migrate, readSchema } from '../store/migrate.ts';
import type { SchemaTarget } from '../store/migrate.ts';
import { openSchema } from '../store/open-database.ts';
import { newCommand, runCommand } from './command.ts';
import { onDatabase } from './database-failure.ts';
import { addDatabaseOptions, configuredDatabase } from './db-options.ts';
import type { DatabaseOptions } from './db-options.ts';
import { showProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';

/** `imprimatur db migrate`: brings the schema up to date, or shows what that would do. */
export async function dbMigrate(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = addDatabaseOptions(
    newCommand(
      {
        name: 'db migrate',
        summary:
          'Brings the schema up to date. Servers of the release before go on working meanwhile ' +
          'and afterwards. An SQLite database is copied to <file>.before-<migration> first.',
        examples: [
          ['db migrate --dry-run', 'shows the statements and changes nothing'],
          ['db migrate --database postgres://imprimatur@db.example/models', 'applies them'],
        ],
      },
      terminal,
    ),
  )
    .option('--dry-run', 'show the statements and change nothing')
    .action(async (options: DatabaseOptions & { dryRun?: boolean }) => {
      const url = configuredDatabase(options, terminal.environment);
      process.umask(0o077);
      await onDatabase(url, async () => {
        const target = await openSchema(url);
        try {
          await (options.dryRun ? show(target, terminal) : apply(target, terminal));
        } finally {
          await target.close();
        }
      });
    });
  await runCommand(command, args);
}

async function show(target: SchemaTarget, { out }: Terminal): Promise<void> {
  const { pending } = await readSchema(target);
  if (pending.length === 0) out.write('Nothing is to be migrated.\n');
  for (const { name, statements } of pending) {
    out.write(`-- ${name}\n${statements(target.dialect).join(';\n')};\n`);
  }
}

async function apply(target: SchemaTarget, terminal: Terminal): Promise<void> {
  const done = await showProgress(terminal, () => 'Migrating', migrate(target));
  if (done.length === 0) terminal.out.write('Nothing is to be migrated.\n');
  for (const name of done) terminal.out.write(`Applied ${name}.\n`);
}
