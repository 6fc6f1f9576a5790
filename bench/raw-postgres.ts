/** What PostgreSQL itself does with the statements that our operations come down to: pgbench. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { parseDatabaseUrl } from '../src/store/database-url.ts';
import { scope } from './population.ts';
import type { Population } from './population.ts';
import type { DriveSettings, Measured } from './subject.ts';

/** A statement or transaction that pgbench repeats. */
export type RawLoad = 'select' | 'insert';

const documentCharacters = 1_400;

/** The SQL of a load: half of its rows in one group, as the registry's are. */
function script(load: RawLoad, { groups, versions }: Population): string {
  const [first, ...rest] = groups;
  const group = `
\\set half random(0, 1)
\\set small random(1, ${Math.max(1, rest.length)})
\\set g :half * :small + 1`;
  if (load === 'select') {
    return `
\\set v random(1, ${first!.size})
select p.* from model_package_group g join model_package p on p.group_id = g.id
where g.account_id = '${scope.accountId}' and g.region = '${scope.region}'
  and g.name_key = '${first!.name}' and p.version = :v;`;
  }
  return `${group}
\\set number random(${versions}, 1000000000000)
begin;
update raw_group set last_version = last_version + 1 where id = :g;
insert into raw_package select :number, :g, :number, repeat('x', ${documentCharacters});
commit;`;
}

/** Tables of pgbench's own to insert into, so that the registry's stay as they are. */
export const rawTables = `
create table raw_group (id bigint primary key, last_version bigint not null);
insert into raw_group select n, 0 from generate_series(1, 1000) n;
create table raw_package (id bigint, group_id bigint, version bigint, document text,
  primary key (id), unique (group_id, version))`;

/** Runs a load for some seconds; of what a window tells only the rate and the mean latency. */
export async function measureRaw(
  load: RawLoad,
  url: string,
  population: Population,
  { seconds, connections }: DriveSettings,
): Promise<Measured> {
  const { hosts, database, user, password } = postgresOf(url);
  const folder = mkdtempSync(join(tmpdir(), 'imprimatur-pgbench-'));
  const file = join(folder, 'script.sql');
  writeFileSync(file, script(load, population));
  const args = ['-n', '-M', 'prepared', '-f', file, '-T', String(Math.max(1, Math.round(seconds)))];
  const load16 = ['-c', String(connections), '-j', '2'];
  const where = ['-h', hosts[0]!.host, '-p', String(hosts[0]!.port), '-U', user!, database];
  const environment = { ...process.env, PGPASSWORD: password };
  const { stdout } = await promisify(execFile)(findPgbench(), [...args, ...load16, ...where], {
    env: environment,
  });
  rmSync(folder, { recursive: true });
  const perSecond = Number(/^tps = ([\d.]+)/m.exec(stdout)?.[1]);
  const latency = Number(/^latency average = ([\d.]+) ms/m.exec(stdout)?.[1]);
  return {
    operations: perSecond * seconds,
    perSecond,
    p50Milliseconds: latency,
    p99Milliseconds: Number.NaN,
    driverShare: Number.NaN,
    fromMicroseconds: 0,
    toMicroseconds: 0,
    cpuPerOperation: Number.NaN,
    waitedShare: Number.NaN,
  };
}

function postgresOf(url: string) {
  const parsed = parseDatabaseUrl(url);
  if (parsed.kind === 'sqlite') throw new Error('pgbench speaks to PostgreSQL only.');
  return parsed;
}

function findPgbench(): string {
  const packaged = '/usr/lib/postgresql';
  const versions = existsSync(packaged) ? readdirSync(packaged).sort().reverse() : [];
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...versions.map((version) => join(packaged, version, 'bin')),
  ];
  const folder = folders.find((one) => existsSync(join(one, 'pgbench')));
  if (folder === undefined) {
    throw new Error('pgbench is not installed; Debian has it in postgresql-client and -contrib.');
  }
  return join(folder, 'pgbench');
}
