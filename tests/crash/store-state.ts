/**
 * What lies in a data folder after a crash, read from the files by themselves: the server's own
 * code answers nothing here, but for what the search index is to hold.
 */
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { databaseFileName } from '../../src/config.ts';
import {
  modelPackageGroupProperties,
  modelPackageProperties,
} from '../../src/domain/search/search-properties.ts';
import { parseTags } from '../../src/domain/tags/tag-list.ts';
import type {
  JournalRow,
  ModelPackageGroupRow,
  ModelPackageNameTable,
  ModelPackageRow,
  SearchPropertyNameTable,
  SearchPropertyTable,
} from '../../src/store/tables.ts';

type Json = Record<string, unknown>;

/** Every row of a store. */
export interface StoreState {
  readonly groups: ModelPackageGroupRow[];
  readonly packages: ModelPackageRow[];
  readonly names: ModelPackageNameTable[];
  readonly properties: (SearchPropertyTable & Omit<SearchPropertyNameTable, 'id'>)[];
  /** In the order of the sequence. */
  readonly journal: (Omit<JournalRow, 'document'> & { document: Json })[];
}

/** Reads the store of a data folder whose server is gone, and has SQLite check its integrity. */
export function readStore(dataDir: string): StoreState {
  return readCopy(dataDir, (all) => {
    assert.deepEqual(all('pragma integrity_check').map(plain), [{ integrity_check: 'ok' }]);
    assert.deepEqual(all('pragma foreign_key_check'), []);
    const journal = all('select * from journal order by seq') as JournalRow[];
    return {
      groups: all('select * from model_package_group order by id') as ModelPackageGroupRow[],
      packages: all('select * from model_package order by id') as ModelPackageRow[],
      names: all('select * from model_package_name') as ModelPackageNameTable[],
      properties: all(
        'select * from search_property left join search_property_name on id = name_id',
      ) as StoreState['properties'],
      journal: journal.map((row) => ({ ...row, document: JSON.parse(row.document) as Json })),
    };
  });
}

/** The requests whose reads a data folder has records of. */
export function readRecordedIds(dataDir: string): Set<string> {
  return readCopy(dataDir, (all) => {
    const rows = all('select request_id from read_record') as { request_id: string }[];
    return new Set(rows.map(({ request_id }) => request_id));
  });
}

/** Has a copy read, for reading recovers the write-ahead log: that is left to the next server. */
function readCopy<T>(dataDir: string, read: (all: (sql: string) => unknown[]) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'imprimatur-copy-'));
  try {
    for (const suffix of ['', '-wal']) {
      const file = join(dataDir, databaseFileName + suffix);
      if (existsSync(file)) copyFileSync(file, join(folder, databaseFileName + suffix));
    }
    const database = new DatabaseSync(join(folder, databaseFileName), { readOnly: true });
    const answer = read((sql) => database.prepare(sql).all());
    database.close();
    return answer;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Refuses a store that holds half of anything. */
export function checkStore(state: StoreState): void {
  checkVersions(state);
  checkNames(state);
  checkProperties(state);
  checkJournal(state);
}

/** The ARN of a package's row. */
export function packageArn(row: ModelPackageRow): string {
  const version = row.version === null ? '' : `/${row.version}`;
  const scope = `${row.region}:${row.account_id}`;
  return `arn:aws:sagemaker:${scope}:model-package/${row.name}${version}`;
}

/** The ARN of a group's row. */
export function groupArn(row: ModelPackageGroupRow): string {
  return `arn:aws:sagemaker:${row.region}:${row.account_id}:model-package-group/${row.name}`;
}

/** Within a group ids, versions and creation times rise together, and no higher than counted. */
function checkVersions({ groups, packages }: StoreState): void {
  for (const group of groups) {
    let last = { version: 0, created_at: 0 };
    for (const row of packages.filter(({ group_id }) => group_id === group.id)) {
      const version = row.version!;
      assert.ok(version > last.version, `${packageArn(row)} comes after version ${last.version}`);
      assert.ok(row.created_at >= last.created_at, `${packageArn(row)} is older than its number`);
      last = { version, created_at: row.created_at };
    }
    assert.ok(last.version <= group.last_version, `${group.name} counts ${group.last_version}`);
  }
  const tokens = packages.flatMap(({ client_token }) => client_token ?? []);
  assert.equal(new Set(tokens).size, tokens.length, 'a ClientToken made two packages');
}

function checkNames({ packages, names }: StoreState): void {
  const wanted = packages.flatMap((row) => {
    const name = row.version === null ? row.name : row.alias;
    return name === null ? [] : [`${row.region} ${name.toLowerCase()} ${row.id}`];
  });
  const found = names.map((row) => `${row.region} ${row.name_key} ${row.package_id}`);
  assert.deepEqual(found.sort(), wanted.sort(), 'names and packages differ');
}

function checkProperties({ groups, packages, properties }: StoreState): void {
  const wanted = [
    ...packages.flatMap((row) =>
      modelPackageProperties(row).map(([name, value]) =>
        [row.region, 'ModelPackage', name, value, row.modified_at, row.id].join(' '),
      ),
    ),
    ...groups.flatMap((row) =>
      modelPackageGroupProperties(parseTags(row.tags)).map(([name, value]) =>
        [row.region, 'ModelPackageGroup', name, value, row.created_at, row.id].join(' '),
      ),
    ),
  ];
  const found = properties.map((row) =>
    [row.region, row.resource, row.name, row.value, row.modified_at, row.resource_id].join(' '),
  );
  assert.deepEqual(found.sort(), wanted.sort(), 'the search index and the rows differ');
}

/** A resource as the journal tells it. */
interface Told {
  /** Of a group: the version that its journal gave last. */
  versions: number;
  members: Json;
}

/** Replays the journal from its beginning; what it tells must be what the rows hold. */
function checkJournal(state: StoreState): void {
  const told = new Map<string, Told>();
  let seq = 0;
  const ids = new Set<string>();
  for (const entry of state.journal) {
    assert.ok(entry.seq > seq, 'the journal goes back');
    seq = entry.seq;
    ids.add(entry.id);
    if (entry.error_code === null) replay(entry, told);
  }
  assert.equal(ids.size, state.journal.length, 'two journal entries share an id');
  const rows = new Map<string, Told>([
    ...state.groups.map((row) => [groupArn(row), groupTold(row)] as const),
    ...state.packages.map((row) => [packageArn(row), packageTold(row)] as const),
  ]);
  const arns = (map: Map<string, Told>) => [...map.keys()].sort();
  assert.deepEqual(arns(rows), arns(told), 'rows and journal tell of different resources');
  for (const [arn, row] of rows) assert.deepEqual(told.get(arn), row, `the journal of ${arn}`);
}

const kept = ['ModelApprovalStatus', 'ApprovalDescription', 'CustomerMetadataProperties', 'Tags'];

function groupTold(row: ModelPackageGroupRow): Told {
  return { versions: row.last_version, members: { Tags: parseTags(row.tags) } };
}

function packageTold(row: ModelPackageRow): Told {
  const document = JSON.parse(row.document) as Json;
  const status = row.approval_status;
  const members = {
    ...document,
    ...(status !== null && { ModelApprovalStatus: status }),
    Tags: parseTags(row.tags),
  };
  return { versions: 0, members: pick(members, kept) };
}

function replay(entry: StoreState['journal'][number], told: Map<string, Told>): void {
  const arn = entry.resource_arn!;
  const document = entry.document as { request: Json; before?: Json; after?: Json };
  const { request, before = {}, after = {} } = document;
  const where = `entry ${entry.seq}, ${entry.operation} of ${arn}`;
  const current = told.get(arn);
  if (entry.operation.startsWith('Create')) {
    assert.equal(current, undefined, `${where}: it is there already`);
    const created = { ...request, ...after };
    if (typeof created['ModelPackageVersion'] === 'number') {
      const group = told.get(groupOf(arn));
      assert.ok(group, `${where}: its group is not there`);
      group.versions += 1;
      assert.equal(created['ModelPackageVersion'], group.versions, `${where}: a gap`);
    }
    const tags = (created['Tags'] as unknown[] | undefined) ?? [];
    told.set(arn, { versions: 0, members: pick({ ...created, Tags: tags }, kept) });
    return;
  }
  assert.ok(current, `${where}: it is not there`);
  const touched = kept.filter((member) => member in before || member in after);
  assert.deepEqual(pick(current.members, touched), pick(before, touched), `${where}: before`);
  if (entry.operation.startsWith('DeleteModel')) {
    assert.deepEqual(current.members, pick(before, kept), `${where}: the whole before`);
    told.delete(arn);
    return;
  }
  for (const member of touched) delete current.members[member];
  Object.assign(current.members, pick(after, touched));
}

function groupOf(versionArn: string): string {
  return versionArn.replace(':model-package/', ':model-package-group/').replace(/\/\d+$/, '');
}

function pick(members: Json, names: readonly string[]): Json {
  return Object.fromEntries(
    Object.entries(members).filter(([name, value]) => names.includes(name) && value !== undefined),
  );
}

/** A row without SQLite's null prototype. */
function plain(row: unknown): Json {
  return { ...(row as Json) };
}
