/** A registry that clients work on while it is stopped, killed and started again. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { start } from '../support/server-process.ts';
import type { ServerProcess, StartOptions } from '../support/server-process.ts';
import { Client } from './client.ts';
import type { Shared } from './client.ts';
import { Ledger } from './ledger.ts';
import { Random } from './random.ts';
import { checkStore, readStore } from './store-state.ts';

const clientCount = 8;
/** Registrations of the last load that are looked at over the wire; the store is read whole. */
const looksMax = 40;

/** One data folder through several lives of its server. */
export class RegistryUnderLoad {
  readonly dataDir: string;
  readonly ledger = new Ledger();
  readonly #random: Random;
  readonly #seed: number;
  readonly #credentials = { accessKeyId: 'AKIACRASHTEST', secretAccessKey: 'crash-test-secret' };
  shared: Shared = { group: 'shared', arn: '' };
  #lives = 0;
  clients: Client[] = [];
  /** Calls of all clients so far. */
  calls = 0;
  slowestStartSeconds = 0;

  constructor(seed: number, dataDir = mkdtempSync(join(tmpdir(), 'imprimatur-crash-'))) {
    this.#seed = seed;
    this.#random = new Random(seed);
    this.dataDir = dataDir;
  }

  /** A number of milliseconds up to the given one, as the seed has it. */
  moment(millisecondsMax: number): number {
    return this.#random.below(millisecondsMax + 1);
  }

  /** Starts a server on the folder; the first makes what the clients share. */
  async start(options: StartOptions = {}): Promise<ServerProcess> {
    const from = performance.now();
    const { dataDir } = this;
    const server = await start({ ...options, dataDir, credentials: this.#credentials });
    const seconds = (performance.now() - from) / 1000;
    this.slowestStartSeconds = Math.max(this.slowestStartSeconds, seconds);
    if (this.shared.arn === '') await this.#share(server);
    return server;
  }

  async #share(server: ServerProcess): Promise<void> {
    const { group } = this.shared;
    await server.ok('CreateModelPackageGroup', { ModelPackageGroupName: group });
    const made = await server.ok('CreateModelPackage', { ModelPackageGroupName: group });
    // Two entries that the ledger took no answer for.
    this.ledger.unanswered += 2;
    this.shared = { group, arn: made['ModelPackageArn'] as string };
  }

  /** Sets the clients to work on servers in turn; each ends when its server no longer answers. */
  load(servers: readonly ServerProcess[], stopped?: () => boolean): Promise<unknown> {
    this.#lives += 1;
    this.clients = Array.from({ length: clientCount }, (_, index) => {
      const random = new Random(this.#seed * 7919 + this.#lives * 64 + index);
      const { ledger } = this;
      const server = servers[index % servers.length]!;
      const twin = servers[(index + 1) % servers.length]!;
      return new Client(`c${index}`, { server, twin, ledger, random, shared: this.shared });
    });
    const done = Promise.all(this.clients.map((client) => client.work(stopped))).finally(() => {
      for (const client of this.clients) this.calls += client.calls;
    });
    // Whoever started the load may be busy killing the server when a client finds a fault.
    done.catch(() => undefined);
    return done;
  }

  /** Reads the folder whose server is gone: whole, and just as the clients were told. */
  check(): void {
    const state = readStore(this.dataDir);
    checkStore(state);
    this.ledger.settle(state, this.shared);
  }

  /** Asks a server for the registrations that the last load has written, and for their list. */
  async look(server: ServerProcess): Promise<void> {
    const touched = this.clients.flatMap((client) => [...client.touched]);
    const known = touched.filter(({ arn }) => arn !== undefined);
    const { ledger } = this;
    const parts = { server, ledger, random: this.#random, shared: this.shared };
    const client = new Client('looker', parts);
    for (const registration of known.slice(-looksMax)) await client.look(registration);
    const listed = await listVersions(server, this.shared.group);
    const alive = this.ledger.registrations
      .filter(({ alive, arn }) => alive.known && arn?.includes(`/${this.shared.group}/`))
      .map(({ arn }) => arn!);
    const byNumber = (arn: string) => -Number(arn.split('/').at(-1));
    const newestFirst = [...alive, this.shared.arn].sort((a, b) => byNumber(a) - byNumber(b));
    assert.deepEqual(listed, newestFirst, 'the newest version is not listed first');
  }

  /** Sends every other registration again that was never answered: no second version may come. */
  async retry(server: ServerProcess, unanswered: Set<string>): Promise<void> {
    const { ledger } = this;
    const random = this.#random;
    const client = new Client('retry', { server, ledger, random, shared: this.shared });
    for (const registration of ledger.registrations) {
      if (!unanswered.has(registration.input.ClientToken)) continue;
      if (random.below(2) === 0) continue;
      await client.retry(registration);
      await client.retry(registration);
    }
  }

  /** The tokens of registrations that are in doubt now. */
  unanswered(): Set<string> {
    const doubted = this.ledger.registrations.filter(
      ({ alive }) => alive.doubted?.value === true && !alive.known,
    );
    return new Set(doubted.map(({ input }) => input.ClientToken));
  }

  remove(): void {
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

async function listVersions(server: ServerProcess, group: string): Promise<string[]> {
  const arns: string[] = [];
  let token: string | undefined;
  do {
    const page = await server.ok<{
      ModelPackageSummaryList: { ModelPackageArn: string }[];
      NextToken?: string;
    }>('ListModelPackages', {
      ModelPackageGroupName: group,
      SortBy: 'CreationTime',
      SortOrder: 'Descending',
      ...(token !== undefined && { NextToken: token }),
    });
    arns.push(...page.ModelPackageSummaryList.map(({ ModelPackageArn }) => ModelPackageArn));
    token = page.NextToken;
  } while (token !== undefined);
  return arns;
}
