import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from './config.ts';
import { servicesOf } from './contracts/services.ts';
import { linkService } from './contracts/shape.ts';
import type { LinkedOperation, LinkedService } from './contracts/shape.ts';
import { rootPrincipal } from './domain/access/principal.ts';
import type { AccessKey } from './domain/access/principal.ts';
import type { AnyOperation } from './domain/operation.ts';
import { operations } from './domain/operations.ts';
import { processHolder } from './domain/leases/lease-holder.ts';
import { countPruned } from './domain/sealing/prune-store.ts';
import { readEventLag } from './domain/events/event-lag-store.ts';
import type { EventLag } from './domain/events/event-lag-store.ts';
import { readSealLag } from './domain/sealing/seal-lag-store.ts';
import type { SealLag } from './domain/sealing/seal-lag-store.ts';
import { systemClock } from './kernel/clock.ts';
import type { Clock } from './kernel/clock.ts';
import { randomId } from './kernel/id.ts';
import type { NewId } from './kernel/id.ts';
import { limits } from './kernel/limits.ts';
import { createLog } from './kernel/log.ts';
import type { Log } from './kernel/log.ts';
import { SecretBox } from './kernel/secret-box.ts';
import { createRouter } from './protocols/route.ts';
import { AccessKeys } from './server/access-keys.ts';
import { Authenticator } from './server/authenticate.ts';
import { takeEncryptionKeys } from './server/encryption-key.ts';
import { EventStreams } from './server/event-streams.ts';
import { Pipeline } from './server/pipeline.ts';
import type { PipelineAnswer, PipelineRequest } from './server/pipeline.ts';
import { RateLimits } from './server/rate-limits.ts';
import { takeRootAccessKey } from './server/root-access-key.ts';
import type { KeptAccessKey } from './server/root-access-key.ts';
import { takeSigningKeys } from './server/signing-key.ts';
import { witnessFile } from './server/witness-file.ts';
import type { Database, DatabaseStatus } from './store/database.ts';
import { parseDatabaseUrl } from './store/database-url.ts';
import { openDatabase } from './store/open-database.ts';
import { EventWorker } from './workers/event-worker.ts';
import { ReadRecorder } from './workers/record-reads.ts';
import { Sealer } from './workers/seal-journal.ts';
import { EventBusTarget } from './workers/targets/event-bus.ts';
import { httpTargets } from './workers/targets/http-targets.ts';
import type { TargetKind } from './workers/targets/target.ts';

/** The product, ready to answer; sockets are somebody else's. */
export interface App {
  readonly rootAccessKey: KeptAccessKey;
  readonly log: Log;
  readonly newId: NewId;
  handle(request: PipelineRequest): Promise<PipelineAnswer>;
  /** Who hears events as they are put on a bus. */
  readonly streams: Pick<EventStreams, 'open' | 'drain' | 'wake'>;
  /** What an operator watches; fails when the database cannot answer. */
  databaseStatus(): Promise<DatabaseStatus>;
  /** Who read what, on its way into the database. */
  readonly reads: Pick<ReadRecorder, 'counts' | 'flush' | 'prune'>;
  /** The work on events: who wants to hear of them, and what came of tries. */
  readonly events: Pick<EventWorker, 'counts' | 'onEvents' | 'pass' | 'wake'>;
  /** How far the work on events is behind; fails when the database cannot answer. */
  eventLag(): Promise<EventLag>;
  /** How far sealing is behind; fails when the database cannot answer. */
  sealLag(): Promise<SealLag>;
  /** How many journal entries were removed on purpose. */
  prunedEntries(): Promise<number>;
  /** Begins the work that runs by its own clock; it ends when the product is closed. */
  startWorkers(): void;
  /** Finishes what is being written and closes the database. */
  close(): Promise<void>;
}

/** What tests put in the place of the outside world. */
export interface AppParts {
  readonly clock?: Clock;
  readonly newId?: NewId;
  readonly log?: Log;
  /** Instead of the file in the data folder; whoever opened it may look into it. */
  readonly database?: Database;
  /** Besides those there are. */
  readonly targetKinds?: readonly TargetKind[];
}

/** Wires the product together: the one place that does. */
export async function createApp(config: Config, parts: AppParts = {}): Promise<App> {
  const { clock = systemClock, newId = randomId, log = createLog(config.logLevel) } = parts;
  makeFolder(config.dataDir);
  const rootAccessKey = takeRootAccessKey(config.dataDir, config.rootAccessKey);
  const services = linkServices(config);
  const database = parts.database ?? (await openDatabase(config.database));
  const secrets = new SecretBox(() => takeEncryptionKeys(config));
  const { partition } = config;
  const root = rootKey(rootAccessKey, config);
  const accessKeys = new AccessKeys({ root, database, secrets, partition, clock, log });
  const reads = new ReadRecorder({ ...config.reads, database, clock, newId, log });
  const events = newEventWorker(config, { database, clock, log, secrets }, parts.targetKinds);
  const streams = new EventStreams({ database, log });
  events.onEvents(() => streams.wake());
  const pipeline = new Pipeline({
    database,
    router: createRouter(services),
    operations: pairOperations(services, operations),
    authenticator: newAuthenticator(config, clock, accessKeys),
    accessKeys,
    secrets,
    rateLimits: new RateLimits(config.rates, clock),
    reads,
    events,
    streams,
    clock,
    newId,
    log,
    partition,
    operatorAccountId: config.accountId,
    strictAws: config.strictAws,
    validationProfileStatus: config.validationProfileStatus,
  });
  const sealer = newSealer(config, { database, clock, log });
  return {
    rootAccessKey,
    log,
    newId,
    handle: (request) => pipeline.handle(request),
    ...statesOf(database),
    streams,
    reads,
    events,
    startWorkers: () => {
      accessKeys.listen();
      sealer.start();
      events.start();
    },
    close: async () => {
      streams.drain();
      const ended = Promise.all([sealer.stop(), events.stop(), reads.close(), accessKeys.close()]);
      await atMost(limits.workersEndSecondsMax, ended);
      await database.close();
    },
  };
}

function newAuthenticator(config: Config, clock: Clock, accessKeys: AccessKeys): Authenticator {
  return new Authenticator({
    regions: config.regions,
    clockWindowSeconds: config.clockWindowSeconds,
    partition: config.partition,
    clock,
    findAccessKey: (id, token) => accessKeys.find(id, token),
  });
}

/** What an operator watches. */
function statesOf(
  database: Database,
): Pick<App, 'databaseStatus' | 'eventLag' | 'prunedEntries' | 'sealLag'> {
  return {
    databaseStatus: () => database.status(),
    eventLag: () => database.read(readEventLag),
    sealLag: () => database.read(readSealLag),
    prunedEntries: () => database.read(countPruned),
  };
}

/** Waits for work no longer than a while: a silent database must not keep us from ending. */
async function atMost(seconds: number, work: Promise<unknown>): Promise<void> {
  const patience = new AbortController();
  const late = sleep(seconds * 1000, undefined, { signal: patience.signal }).catch(() => undefined);
  work.catch(() => undefined);
  await Promise.race([work, late]).finally(() => patience.abort());
}

/** What all work in the background needs. */
interface WorkerParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
}

function newEventWorker(
  config: Config,
  { secrets, ...parts }: WorkerParts & { readonly secrets: SecretBox },
  others: readonly TargetKind[] = [],
): EventWorker {
  const { partition, events: retention } = config;
  const kinds = [
    new EventBusTarget({ database: parts.database, wake: () => worker.wake() }),
    ...httpTargets({ ...config, ...parts, secrets }),
    ...others,
  ];
  const worker: EventWorker = new EventWorker({
    ...parts,
    ...{ kinds, retention, partition, holder: newHolder(config.database) },
  });
  return worker;
}

/** Servers of one PostgreSQL are of many machines, which may be called alike. */
function newHolder(databaseUrl: string): string {
  return parseDatabaseUrl(databaseUrl).kind === 'sqlite' ? processHolder() : randomId();
}

function newSealer(config: Config, parts: WorkerParts): Sealer {
  return new Sealer({
    ...parts,
    takeKeys: () => takeSigningKeys(config),
    witness: witnessFile(config.dataDir),
    holder: newHolder(config.database),
  });
}

/** Makes a folder and those above it; Node's own way never ends where none can be made (/proc). */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another server may have made it meanwhile.
    if (!existsSync(path)) throw error;
  }
}

/** The services on the wire; strict mode leaves their extensions away. */
export function linkServices(config: Pick<Config, 'strictAws'>): LinkedService[] {
  return servicesOf(config).map(linkService);
}

function rootKey(kept: KeptAccessKey, { accountId, partition }: Config): AccessKey {
  return {
    accessKeyId: kept.accessKeyId,
    secretAccessKey: kept.secretAccessKey,
    active: true,
    principal: rootPrincipal(accountId, partition),
  };
}

/** Pairs contracts with operations; refuses to start when one lacks the other. */
function pairOperations(
  services: readonly LinkedService[],
  declared: readonly AnyOperation[],
): Map<LinkedOperation, AnyOperation> {
  const byName = new Map(
    declared.map((one) => [`${one.contract.service}.${one.contract.operation}`, one]),
  );
  const pairs = new Map<LinkedOperation, AnyOperation>();
  for (const service of services) {
    for (const linked of service.operations.values()) {
      const name = `${service.data.name}.${linked.name}`;
      const found = byName.get(name);
      if (!found) throw new Error(`The contract ${name} has no operation.`);
      pairs.set(linked, found);
      byName.delete(name);
    }
  }
  const [left] = byName.keys();
  if (left !== undefined) throw new Error(`The operation ${left} has no contract.`);
  return pairs;
}
