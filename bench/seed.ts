/**
 * Fills a store with a population. Nothing is written behind the product's back: the product's own
 * operations run, a thousand to a commit, and the product's journal takes their entries.
 */
import { hash } from 'node:crypto';
import { rootPrincipal } from '../src/domain/access/principal.ts';
import { CallerAccess } from '../src/domain/access/require-access.ts';
import { carryOut } from '../src/domain/carry-out.ts';
import { Draft } from '../src/domain/journal/journal-entry.ts';
import { appendEntry } from '../src/domain/journal/journal-store.ts';
import { operations } from '../src/domain/operations.ts';
import type { Call } from '../src/domain/call.ts';
import type { AnyOperation } from '../src/domain/operation.ts';
import { limits } from '../src/kernel/limits.ts';
import type { Database, Transaction } from '../src/store/database.ts';
import { registrationOf, scope, seededRandom } from './population.ts';
import type { Population, Version } from './population.ts';
import { SecretBox } from '../src/kernel/secret-box.ts';

// SQLite's savepoints slow down with the number of changes in them, commits with their own number.
const registrationsPerWrite = 4;
const registrationsPerCommit = registrationsPerWrite * limits.groupCommitWritesMax;
const firstCreation = Date.UTC(2024, 5, 1);
const creationSpanMilliseconds = 730 * 24 * 60 * 60 * 1_000;

const createModelPackageGroup = operationNamed('CreateModelPackageGroup');
const createModelPackage = operationNamed('CreateModelPackage');

/** Creates the groups and registers every version, in a shuffled order as life would have it. */
export async function seed(
  database: Database,
  population: Population,
  onProgress: (registered: number) => void,
): Promise<void> {
  const { groups, versions } = population;
  const taken = new Uint32Array(groups.length);
  const order = shuffledGroups(population);
  await database.write(async (tx) => {
    for (const { name } of groups) {
      const input = { ModelPackageGroupName: name, Tags: [{ Key: 'team', Value: name }] };
      await seedCall(tx, createModelPackageGroup, input, firstCreation, `group ${name}`);
    }
  });
  const step = creationSpanMilliseconds / versions;
  for (let start = 0; start < versions; start += registrationsPerCommit) {
    const end = Math.min(start + registrationsPerCommit, versions);
    const writes: Promise<void>[] = [];
    for (let n = start; n < end; n += registrationsPerWrite) {
      const members = [...order.subarray(n, Math.min(n + registrationsPerWrite, end))];
      const write = async (tx: Transaction): Promise<void> => {
        for (const [offset, index] of members.entries()) {
          taken[index]! += 1;
          const version = { group: groups[index]!.name, version: taken[index]! };
          await register(tx, version, firstCreation + Math.floor(step * (n + offset)));
        }
      };
      writes.push(database.write(write));
    }
    await Promise.all(writes);
    onProgress(end);
  }
}

/** The index of the group that each registration goes to. */
function shuffledGroups({ groups, versions }: Population): Uint16Array {
  const order = new Uint16Array(versions);
  let next = 0;
  for (const [index, { size }] of groups.entries()) {
    order.fill(index, next, next + size);
    next += size;
  }
  const random = seededRandom(versions);
  for (let last = versions - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}

async function register(tx: Transaction, version: Version, now: number): Promise<void> {
  const id = `${version.group}/${version.version}`;
  await seedCall(tx, createModelPackage, registrationOf(version, uuidOf(id)), now, id);
}

/** No operation here keeps a secret. */
const secrets = new SecretBox(() => []);

/** What the pipeline does with a write once it is authenticated and valid. */
async function seedCall(
  tx: Transaction,
  operation: AnyOperation,
  input: object,
  now: number,
  id: string,
): Promise<void> {
  const call = callOf(operation, now, id);
  const journal = new Draft();
  const access = new CallerAccess(call, input as Record<string, unknown>);
  await carryOut(operation, input, { tx, call, access, journal, secrets });
  if (!journal.change) throw new Error(`${call.operation} changed nothing.`);
  const outcome = { request: input, change: journal.change };
  await appendEntry(tx, uuidOf(`entry ${id}`), call, outcome);
}

function callOf({ contract }: AnyOperation, now: number, id: string): Call {
  return {
    ...scope,
    ...contract,
    now,
    requestId: uuidOf(`request ${id}`),
    partition: 'aws',
    operatorAccountId: scope.accountId,
    isGlobal: false,
    principal: rootPrincipal(scope.accountId, 'aws'),
    accessKeyId: 'AKIABENCH',
    sourceIp: '127.0.0.1',
    isSecure: false,
    userAgent: 'imprimatur-bench',
    strictAws: false,
    validationProfileStatus: 'NotStarted',
  };
}

function operationNamed(name: string): AnyOperation {
  return operations.find(({ contract }) => contract.operation === name)!;
}

/** An id that looks like a random UUID and is the same each time. */
function uuidOf(text: string): string {
  return hash('md5', text).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
