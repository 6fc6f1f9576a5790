import { checkLines } from './check-list.ts';
import type { CheckResult } from './check-list.ts';
import { newCommand, runCommand } from './command.ts';
import { checkDatabase } from './doctor/database-checks.ts';
import { checkDataFolder, checkDisk } from './doctor/folder-checks.ts';
import { checkNode } from './doctor/node-check.ts';
import { checkServer } from './doctor/server-check.ts';
import { exitCodes, Failure } from './failure.ts';
import { addDatabaseOptions } from './db-options.ts';
import type { DatabaseOptions } from './db-options.ts';
import { localConfig } from './local-config.ts';
import type { Terminal } from './terminal.ts';

interface DoctorOptions extends DatabaseOptions {
  readonly json?: boolean;
}

/** `imprimatur doctor`: tells whether a registry's surroundings are as they should be. */
export function doctor(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = addDatabaseOptions(
    newCommand(
      {
        name: 'doctor',
        summary:
          'Checks what a registry needs around it: configuration, permissions, disk, clock, ' +
          'database, schema, and whether the server answers. It changes nothing.',
        examples: [
          ['doctor', 'a line for each check, with advice where something is wrong'],
          ['doctor --data-dir /srv/registry --json', 'the same for programs'],
        ],
      },
      terminal,
    ),
  )
    .option('--json', 'one JSON document, for programs')
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing failed, though there may be warnings; 1; 2 usage.',
    )
    .action((options: DoctorOptions) => run(options, terminal));
  return runCommand(command, args);
}

async function run(options: DoctorOptions, terminal: Terminal): Promise<void> {
  const results: CheckResult[] = [];
  const report = (result: CheckResult): void => {
    results.push(result);
    if (!options.json) terminal.out.write(checkLines(result, terminal));
  };
  const config = localConfig(options, terminal.environment);
  report({ check: 'configuration', status: 'ok', message: 'it can be read' });
  report(checkNode(process.versions.node));
  for (const result of checkDataFolder(config)) report(result);
  for (const result of checkDisk(config)) report(result);
  for (const result of await checkDatabase(config)) report(result);
  report(await checkServer(config));
  const failed = results.some(({ status }) => status === 'fail');
  if (options.json) {
    terminal.out.write(`${JSON.stringify({ ok: !failed, checks: results }, null, 2)}\n`);
  }
  if (failed) throw new Failure('', exitCodes.failed);
}
