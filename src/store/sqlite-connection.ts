import { DatabaseSync } from 'node:sqlite';
import type { SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import { compileFunction } from 'node:vm';
import type { Compilable } from 'kysely';
import { limits } from '../kernel/limits.ts';
import { checkValues } from './database.ts';
import type { Transaction } from './database.ts';
import { sqlite } from './dialect.ts';
import { bind, compile } from './query.ts';
import type { Query, SqlValue } from './query.ts';

/**
 * One SQLite connection with its prepared statements. node:sqlite is synchronous; the methods
 * answer promises so that both databases are used alike.
 */
export class SqliteConnection implements Transaction {
  readonly sql = sqlite.sql;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, PreparedStatement>();

  constructor(path: string, options: { readOnly: boolean; cacheKibibytes: number }) {
    this.#database = new DatabaseSync(path, { readOnly: options.readOnly, timeout: 5000 });
    // WAL: readers beside one writer. FULL: a commit is on the disk before it is acknowledged.
    if (!options.readOnly) this.#database.exec('pragma journal_mode = wal');
    this.#database.exec('pragma synchronous = full');
    this.#database.exec(`pragma cache_size = -${options.cacheKibibytes}`);
    this.#database.exec('pragma temp_store = memory');
  }

  /** Runs DDL, which is not worth keeping prepared. */
  exec(text: string): void {
    this.#database.exec(text);
  }

  /** Runs a statement that begins or ends a transaction or a savepoint. */
  control(text: string): void {
    this.#prepare(text, []).run([]);
  }

  /** Whether a transaction is open; SQLite ends it by itself when the disk is full. */
  get inTransaction(): boolean {
    return this.#database.isTransaction;
  }

  /** The write-ahead log: its pages, and those of them that the database file holds too. */
  get log(): { pages: number; checkpointed: number } {
    // A checkpoint that does nothing but tell.
    const row = this.#prepare('pragma wal_checkpoint(noop)', []).first([]);
    return { pages: Number(row?.['log']), checkpointed: Number(row?.['checkpointed']) };
  }

  async all<Input extends object, Row>(query: Query<Input, Row>, input: Input): Promise<Row[]> {
    const compiled = compile(query, sqlite);
    const values = bind(compiled, input as Record<string, SqlValue>);
    return this.#prepare(compiled.text, values).all(values) as Row[];
  }

  async first<Input extends object, Row>(
    query: Query<Input, Row>,
    input: Input,
  ): Promise<Row | undefined> {
    const compiled = compile(query, sqlite);
    const values = bind(compiled, input as Record<string, SqlValue>);
    return this.#prepare(compiled.text, values).first(values) as Row | undefined;
  }

  async run<Input extends object>(query: Query<Input, unknown>, input: Input): Promise<void> {
    const compiled = compile(query, sqlite);
    const values = bind(compiled, input as Record<string, SqlValue>);
    this.#prepare(compiled.text, values).run(values);
  }

  async rows<Row>(query: Compilable<Row>): Promise<Row[]> {
    const { sql, parameters } = query.compile();
    const values = parameters as SQLInputValue[];
    return this.#prepare(sql, values).all(values) as Row[];
  }

  /** A file is one server's: there is nobody to tell. */
  notify(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  /** The prepared statement of a text; the one unused longest makes room for a new one. */
  #prepare(text: string, values: readonly unknown[]): PreparedStatement {
    checkValues(values, text);
    const known = this.#statements.get(text);
    if (known) return known;
    if (this.#statements.size >= limits.statementsMax) {
      const oldest = this.#statements.keys().next();
      if (!oldest.done) this.#statements.delete(oldest.value);
    }
    const statement = new PreparedStatement(this.#database.prepare(text));
    this.#statements.set(text, statement);
    return statement;
  }
}

type SqlRow = Record<string, SQLOutputValue>;
type Cells = readonly SQLOutputValue[];

/**
 * A statement whose rows are objects that V8 reads fast: node:sqlite's own are hash tables, and
 * each makes the names of its columns anew.
 */
class PreparedStatement {
  readonly #statement: StatementSync;
  #columns = 0;
  #rowOf: (cells: Cells) => SqlRow = () => ({});

  constructor(statement: StatementSync) {
    this.#statement = statement;
    statement.setReturnArrays(true);
  }

  run(values: readonly SQLInputValue[]): void {
    this.#statement.run(...values);
  }

  first(values: readonly SQLInputValue[]): SqlRow | undefined {
    const cells = this.#statement.get(...values) as unknown as Cells | undefined;
    return cells && this.#row(cells);
  }

  all(values: readonly SQLInputValue[]): SqlRow[] {
    const rows = this.#statement.all(...values) as unknown as Cells[];
    return rows.map((cells) => this.#row(cells));
  }

  #row(cells: Cells): SqlRow {
    // Read after the first row, and again when another program has changed the schema meanwhile.
    if (this.#columns !== cells.length) {
      this.#columns = cells.length;
      this.#rowOf = rowMaker(this.#statement.columns().map(({ name }) => name));
    }
    return this.#rowOf(cells);
  }
}

/**
 * What makes a row of its cells, as text that is compiled: a row filled in a loop, member by
 * member, takes twenty times as long. The names are those of our own statements.
 */
function rowMaker(columns: readonly string[]): (cells: Cells) => SqlRow {
  const members = columns.map((name, index) => `${JSON.stringify(name)}: cells[${index}]`);
  const text = `return { ${members.join(', ')} };`;
  return compileFunction(text, ['cells']) as (cells: Cells) => SqlRow;
}
