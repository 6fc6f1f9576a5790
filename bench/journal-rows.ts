/** Journal entries in any number: those of a small registry, over and over. */
import { randomUUID } from 'node:crypto';
import { insertEntry } from '../src/domain/journal/journal-store.ts';
import { limits } from '../src/kernel/limits.ts';
import type { Database, Transaction } from '../src/store/database.ts';
import { openSqlite } from '../src/store/sqlite-database.ts';
import type { JournalRow } from '../src/store/tables.ts';
import { populationOf } from './population.ts';
import { seed } from './seed.ts';

const templateVersions = 1_000;
const entriesPerWrite = 16;

/** Writes entries like those that registrations leave. */
export class JournalWriter {
  readonly #templates: readonly JournalRow[];
  #written = 0;

  private constructor(templates: readonly JournalRow[]) {
    this.#templates = templates;
  }

  /** Learns from a small registry what entries look like. */
  static async make(): Promise<JournalWriter> {
    const database = await openSqlite(':memory:');
    await seed(database, populationOf(templateVersions), () => undefined);
    const rows = await database.read((tx) =>
      tx.rows(tx.sql.selectFrom('journal').selectAll().orderBy('seq')),
    );
    await database.close();
    return new JournalWriter(rows);
  }

  /** Writes the next entry. */
  async append(tx: Transaction): Promise<void> {
    const template = this.#templates[this.#written % this.#templates.length]!;
    this.#written += 1;
    await insertEntry(tx, { ...template, id: randomUUID(), at: Date.now() });
  }

  /** Writes many entries, as fast as the database takes them. */
  async fill(
    database: Database,
    entries: number,
    onProgress: (written: number) => void,
  ): Promise<void> {
    const perCommit = entriesPerWrite * limits.groupCommitWritesMax;
    for (let done = 0; done < entries; done += perCommit) {
      const end = Math.min(entries, done + perCommit);
      const writes: Promise<void>[] = [];
      for (let at = done; at < end; at += entriesPerWrite) {
        writes.push(
          database.write((tx) => this.#appendSome(tx, Math.min(entriesPerWrite, end - at))),
        );
      }
      await Promise.all(writes);
      onProgress(end);
    }
  }

  async #appendSome(tx: Transaction, count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) await this.append(tx);
  }
}
