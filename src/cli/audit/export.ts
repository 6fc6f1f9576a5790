import { createWriteStream, renameSync, rmSync, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { readBundle } from '../../domain/sealing/bundle-store.ts';
import type { BundleOrder } from '../../domain/sealing/bundle-store.ts';
import { findLog } from '../../domain/sealing/history-store.ts';
import { systemClock } from '../../kernel/clock.ts';
import type { Database } from '../../store/database.ts';
import { formatBytes } from '../byte-count.ts';
import { newCommand, runCommand } from '../command.ts';
import { addDatabaseOptions } from '../db-options.ts';
import type { DatabaseOptions } from '../db-options.ts';
import { localConfig } from '../local-config.ts';
import { progressBar, showProgress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';
import { nothingSealed, withDatabase } from './open-audit.ts';
import { isGzip } from './read-lines.ts';

interface ExportOptions extends DatabaseOptions {
  readonly resource?: string;
  readonly json?: boolean;
}

/** `imprimatur audit export`: writes what an auditor needs into one file. */
export function auditExport(args: readonly string[], terminal: Terminal): Promise<void> {
  const command = addDatabaseOptions(
    newCommand(
      {
        name: 'audit export',
        summary:
          'Writes the sealed history into a bundle: entries, checkpoints, public keys and ' +
          'proofs, a line of JSON each. "imprimatur audit verify --bundle" checks it on any ' +
          'machine. It may run beside the server.',
        examples: [
          ['audit export history.jsonl.gz', 'the whole history, compressed because of the name'],
          [
            'audit export fraud.jsonl --resource ' +
              'arn:aws:sagemaker:us-east-1:123456789012:model-package/fraud/3',
            'what happened to one version, each entry with its proof',
          ],
        ],
      },
      terminal,
    ),
  )
    .argument('<file>', 'the bundle; a name that ends in .gz is compressed')
    .option('--resource <arn>', 'only the entries of a resource')
    .option('--json', 'one JSON document about what was written, for programs')
    .addHelpText('after', '\nExit codes: 0 written; 1 nothing was written; 2 usage.')
    .action((file: string, options: ExportOptions) => run(file, options, terminal));
  return runCommand(command, args);
}

async function run(file: string, options: ExportOptions, terminal: Terminal): Promise<void> {
  const config = localConfig(options, terminal.environment);
  let label = 'Opening the database';
  const work = withDatabase(config, 'The export', async (database) => {
    const log = await database.read(findLog);
    if (!log) throw nothingSealed();
    const { resource: resourceArn } = options;
    const madeAt = new Date(systemClock.now()).toISOString();
    const order = { madeAt, ...(resourceArn !== undefined && { resourceArn }) };
    return writeBundle(database, order, file, (entries) => {
      label = `Writing ${progressBar(entries / log.signedSize)}`;
    });
  });
  const entries = await showProgress(terminal, () => label, work);
  const { size: bytes } = statSync(file);
  const text = options.json
    ? JSON.stringify({ file, entries, bytes }, null, 2)
    : `Wrote ${entries} entries into ${file} (${formatBytes(bytes)}).`;
  terminal.out.write(`${text}\n`);
}

/** Writes it beside its place and moves it there once it is whole; answers how many entries. */
async function writeBundle(
  database: Database,
  order: BundleOrder,
  file: string,
  progress: (entries: number) => void,
): Promise<number> {
  let entries = 0;
  const part = `${file}.part`;
  async function* texts(): AsyncGenerator<string> {
    let text = '';
    for await (const line of readBundle(database, order)) {
      if ('leaf' in line) progress((entries += 1));
      text += `${JSON.stringify(line)}\n`;
      if (text.length < chunkCharacters) continue;
      yield text;
      text = '';
    }
    yield text;
  }
  const target = createWriteStream(part, { mode: 0o600, flush: true });
  try {
    const source = Readable.from(texts(), { objectMode: true });
    await (isGzip(file) ? pipeline(source, createGzip(), target) : pipeline(source, target));
    renameSync(part, file);
    return entries;
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

const chunkCharacters = 64 * 1024;
