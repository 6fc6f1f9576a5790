import { displayDatabaseUrl } from '../store/database-url.ts';
import { readSchema } from '../store/migrate.ts';
import { openDatabase, openSchema } from '../store/open-database.ts';
import { newCommand, runCommand } from './command.ts';
import { onDatabase } from './database-failure.ts';
import { addDatabaseOptions, configuredDatabase, requireDatabase } from './db-options.ts';
import type { DatabaseOptions } from './db-options.ts';
import type { Terminal } from './terminal.ts';

interface Status {
  readonly database: string;
  readonly applied: readonly string[];
  readonly pending: readonly string[];
  readonly newer: readonly string[];
  /** Undefined while there is no schema. */
  readonly bytes?: number;
}

/** `imprimatur db status`: tells which database it is and how far its schema has come. */
export async function dbStatus(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = addDatabaseOptions(
    newCommand(
      {
        name: 'db status',
        summary: 'Tells which database it is, how far its schema has come, and how big it is.',
        examples: [
          ['db status', 'tells it of the database in ./imprimatur-data'],
          ['db status --database postgres://imprimatur@db.example/models', 'tells it of another'],
        ],
      },
      terminal,
    ),
  )
    .option('--json', 'one JSON document, for programs')
    .action(async (options: DatabaseOptions & { json?: boolean }) => {
      const url = configuredDatabase(options, terminal.environment);
      requireDatabase(url);
      const status = await onDatabase(url, () => readStatus(url));
      const { out } = terminal;
      out.write(options.json ? `${JSON.stringify(status, null, 4)}\n` : statusText(status));
    });
  await runCommand(command, args);
}

async function readStatus(url: string): Promise<Status> {
  const target = await openSchema(url);
  try {
    const { applied, pending, unknown } = await readSchema(target);
    const status = {
      database: displayDatabaseUrl(url),
      applied,
      pending: pending.map(({ name }) => name),
      newer: unknown,
    };
    // Opening a database migrates it, which is not what was asked for.
    if (pending.length > 0) return status;
    const database = await openDatabase(url);
    const { bytes } = await database.status();
    await database.close();
    return { ...status, bytes };
  } finally {
    await target.close();
  }
}

function statusText({ database, applied, pending, newer, bytes }: Status): string {
  const lines = [
    `Database: ${database}`,
    `Schema:   ${applied.at(-1) ?? 'none yet'}`,
    ...(newer.length > 0 ? [`Newer than this program: ${newer.join(', ')}`] : []),
    pending.length > 0
      ? `To come:  ${pending.join(', ')} ("imprimatur db migrate", or the next start of the server)`
      : 'Nothing is to be migrated.',
    ...(bytes === undefined ? [] : [`Size:     ${(bytes / 1024 / 1024).toFixed(1)} MiB`]),
  ];
  return `${lines.join('\n')}\n`;
}
