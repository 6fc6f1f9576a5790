/**
 * Clients that work on the same few groups through several servers at once, and the history of all
 * that they were answered: it must be one that a single server could have given.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { findAnomaly } from '../support/linearizable.ts';
import type { Operation } from '../support/linearizable.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { Random } from './random.ts';
import { callRegistry } from './registry-caller.ts';
import type { Reply } from './registry-caller.ts';
import { registryModel } from './registry-model.ts';
import type { Reference, RegistryCall, Target } from './registry-model.ts';
import { checkStore } from './store-state.ts';
import type { StoreState } from './store-state.ts';

/** A call with the id by which the journal knows it, if there was any answer. */
interface HeardOperation extends Operation<RegistryCall> {
  readonly requestId: string | undefined;
}

/** Two groups that share aliases and tokens; no other group knows of them. */
class Family {
  readonly name: string;
  readonly groups: readonly string[];
  readonly history: HeardOperation[] = [];
  readonly created: Extract<RegistryCall, { kind: 'create' }>[] = [];
  /** How clients like to treat it: some families grow, others are emptied as fast. */
  readonly weights: Record<RegistryCall['kind'] | 'again', number>;
  highest = 0;

  constructor(name: string, isGrowing: boolean) {
    this.name = name;
    this.groups = [`${name}-a`, `${name}-b`];
    const rare = isGrowing ? 1 : 12;
    this.weights = {
      createGroup: isGrowing ? 3 : 12,
      deleteGroup: rare,
      create: isGrowing ? 22 : 14,
      again: 8,
      update: 22,
      describe: 14,
      list: 5,
      tag: 9,
      untag: 4,
      tags: 4,
      delete: isGrowing ? 3 : 16,
    };
  }
}

/** What a journal must hold of a call: one entry, or at most one. */
interface Told {
  readonly operation: string;
  readonly errorCode: string | null;
  readonly isSure: boolean;
}

const familiesAtOnce = 4;
const statuses = ['Approved', 'Rejected', 'PendingManualApproval', 'Archived'];

const tagKinds: readonly string[] = ['tag', 'untag', 'tags'];

/**
 * A history taken apart into what depends on each other: tags depend on whether their owner is
 * there, and nothing depends on them. A whole that could be put in an order has parts that can, and
 * parts are judged in no time where the whole would take hours: a removal's answer does not tell
 * what it found, and what it found may show much later.
 */
function partsOf(history: readonly HeardOperation[]): HeardOperation[][] {
  const groupOf = ({ input }: HeardOperation) =>
    'target' in input && 'group' in input.target && !('version' in input.target)
      ? input.target.group
      : undefined;
  const isTagging = ({ input }: HeardOperation) => tagKinds.includes(input.kind);
  const groups = new Set(history.map(groupOf).filter((group) => group !== undefined));
  const lives = ['createGroup', 'deleteGroup'];
  return [
    history.filter((one) => !isTagging(one)),
    history.filter((one) =>
      isTagging(one)
        ? groupOf(one) === undefined
        : [...lives, 'create', 'delete'].includes(one.input.kind),
    ),
    ...[...groups].map((group) =>
      history.filter((one) => {
        if (isTagging(one)) return groupOf(one) === group;
        const { input, output } = one;
        // Why a group was kept is told by its versions.
        return lives.includes(input.kind) && 'group' in input && input.group === group
          ? output !== 'conflict'
          : false;
      }),
    ),
  ];
}

function judgePart(name: string, history: readonly HeardOperation[]): void {
  const anomaly = findAnomaly(history, registryModel);
  if (!anomaly) return;
  const stuck = anomaly.stuckAt.map(
    ({ operation: { input, output, invoked, returned }, expected }) =>
      `  ${invoked.toFixed(1)}-${returned.toFixed(1)} ${JSON.stringify(input)}\n` +
      `    was answered ${output}, not ${expected}`,
  );
  const all = history.map(({ input, output, invoked, returned }) => {
    const span = `${invoked.toFixed(1)}-${returned.toFixed(1)}`;
    return `  ${span} ${JSON.stringify(input)} -> ${output}`;
  });
  assert.fail(
    `The history of ${name} could come from no single server: of ${history.length} calls ` +
      `${anomaly.explained} can be put in an order. None of these fits next:\n` +
      `${stuck.join('\n')}\nAll of it, by return:\n${all.join('\n')}`,
  );
}

/** How a load went. */
export interface LoadFigures {
  operations: number;
  families: number;
  unknown: number;
  judgedSeconds: number;
}

/** Clients, what they did, and what they were told. */
export class FamilyLoad {
  readonly figures: LoadFigures = { operations: 0, families: 0, unknown: 0, judgedSeconds: 0 };
  /** Whether every refusal must be journaled: not while the database comes and goes. */
  storesRefusals = true;
  readonly #random: Random;
  readonly #servers: () => readonly ServerProcess[];
  readonly #answered = new Map<string, Told>();
  readonly #families: Family[] = [];
  #values = 0;

  /** `servers` answers those that clients may choose from now. */
  constructor(seed: number, servers: () => readonly ServerProcess[]) {
    this.#random = new Random(seed);
    this.#servers = servers;
  }

  /** Sets clients to work on new families, each until told to stop. */
  async run(clientCount: number, stopped: () => boolean): Promise<void> {
    const families = Array.from({ length: familiesAtOnce }, (_, index) => {
      this.figures.families += 1;
      return new Family(`f${this.figures.families}`, index % 2 === 0);
    });
    this.#families.push(...families);
    const clients = Array.from({ length: clientCount }, () => this.#work(families, stopped));
    await Promise.all(clients);
  }

  /** Sets clients to work until so many calls were made, or so many more. */
  async runFor(clientCount: number, operations: number): Promise<void> {
    const end = this.figures.operations + operations;
    await this.run(clientCount, () => this.figures.operations >= end);
  }

  /**
   * Judges every history that was not judged yet. Of calls that were told to come again the journal
   * may know that they did not happen: where there are many, that leaves less to try out.
   */
  judge(state?: StoreState): void {
    const from = performance.now();
    const happened = state?.journal.filter(({ error_code: code }) => code === null);
    const ids = happened && new Set(happened.map(({ request_id: id }) => id));
    for (const { name, history: heard } of this.#families.splice(0)) {
      const history = heard.filter(
        ({ output, requestId: id }) =>
          output !== undefined || id === undefined || ids === undefined || ids.has(id),
      );
      for (const part of partsOf(history)) judgePart(name, part);
    }
    this.figures.judgedSeconds += (performance.now() - from) / 1000;
  }

  /** Compares with what the database holds: rows, index and journal, an entry for each answer. */
  check(state: StoreState): void {
    checkStore(state);
    const found = new Map(state.journal.map((entry) => [entry.request_id, entry]));
    assert.equal(found.size, state.journal.length, 'two journal entries of one call');
    for (const [id, { operation, errorCode, isSure }] of this.#answered) {
      const entry = found.get(id);
      if (!entry && !isSure) continue;
      assert.deepEqual(
        [entry?.operation, entry?.error_code],
        [operation, errorCode],
        `the journal entry of the call ${id}`,
      );
      found.delete(id);
    }
    // What a test writes besides is no business of ours.
    const strays = [...found.values()].filter(
      ({ error_code: code, resource_arn: arn }) => code === null && /\/f\d+-/u.test(arn ?? ''),
    );
    assert.ok(
      strays.length <= this.figures.unknown,
      `${strays.length} changes of unknown calls, ${this.figures.unknown} calls were unanswered`,
    );
  }

  async #work(families: readonly Family[], stopped: () => boolean): Promise<void> {
    while (!stopped()) {
      // The first family is the one that most clients want.
      const hot = this.#random.weighted({ 0: 5, 1: 3, 2: 1, 3: 1 });
      const family = families[Number(hot)]!;
      const calls = this.#choose(family);
      const replies = calls.map((call) => this.#call(family, call));
      const known = await Promise.all(replies);
      if (known.includes(false)) await this.#waitForService(family, stopped);
    }
  }

  /** Makes one call; answers whether its outcome is known. */
  async #call(family: Family, input: RegistryCall): Promise<boolean> {
    const server = this.#random.pick(this.#servers());
    if (!server) return false;
    this.figures.operations += 1;
    const invoked = performance.now();
    const reply = await callRegistry(server, input);
    const { output } = reply;
    const isRead = registryModel.isRead(input);
    const returned = output === undefined ? Infinity : performance.now();
    if (output !== undefined || !isRead) {
      const requestId = reply.answer?.headers['x-amzn-requestid'] as string | undefined;
      family.history.push({ input, output, invoked, returned, requestId });
    }
    if (output === undefined && !isRead) this.figures.unknown += 1;
    this.#note(input, reply);
    const version = /^\S+\/(\d+)$/u.exec(output ?? '')?.[1];
    family.highest = Math.max(family.highest, Number(version ?? 0));
    return output !== undefined;
  }

  /** After an unknown outcome only asks, so that what is in doubt stays little. */
  async #waitForService(family: Family, stopped: () => boolean): Promise<void> {
    const call: RegistryCall = { kind: 'list', group: family.groups[0]! };
    do await sleep(10 + this.#random.below(40));
    while (!stopped() && !(await this.#call(family, call)));
  }

  /** Remembers what the journal must tell of an answer. */
  #note(input: RegistryCall, { output, operation, answer }: Reply): void {
    if (output === undefined || !answer) return;
    const isRead = registryModel.isRead(input);
    if (answer.status === 200 && isRead) return;
    const errorCode = answer.status === 200 ? null : (answer.body!['__type'] as string);
    const mayChangeNothing =
      input.kind === 'untag' || (input.kind === 'create' && input.token !== undefined);
    const isSure = errorCode === null ? !mayChangeNothing : this.storesRefusals;
    const id = String(answer.headers['x-amzn-requestid']);
    this.#answered.set(id, { operation, errorCode, isSure });
  }

  /** What a client does next: mostly one call, at times the same twice at once. */
  #choose(family: Family): RegistryCall[] {
    const random = this.#random;
    const kind = random.weighted(family.weights);
    const group = family.groups[random.below(4) === 0 ? 1 : 0]!;
    switch (kind) {
      case 'createGroup':
      case 'deleteGroup':
      case 'list':
        return [{ kind, group }];
      case 'create':
        return this.#creation(family, group);
      case 'again': {
        const earlier = random.pick(family.created.slice(-8));
        if (!earlier) return this.#creation(family, group);
        // Now and then the token comes with another request.
        const isMisused = random.below(8) === 0;
        return [isMisused ? { ...earlier, metadata: { other: this.#fresh() } } : earlier];
      }
      case 'update': {
        const set = { [`k${random.below(12)}`]: this.#fresh() };
        const remove = random.below(3) === 0 ? [`r${random.below(3)}`] : [];
        if (remove.length === 0) Object.assign(set, { [`r${random.below(3)}`]: this.#fresh() });
        const status = random.below(2) === 0 ? random.pick(statuses) : undefined;
        const reference = this.#reference(family, group);
        return [{ kind, reference, set, remove, ...(status !== undefined && { status }) }];
      }
      case 'describe':
      case 'delete':
        return [{ kind, reference: this.#reference(family, group) }];
      case 'tag':
        return [
          {
            kind,
            target: this.#target(family, group),
            set: { [`t${random.below(4)}`]: this.#fresh() },
          },
        ];
      case 'untag':
        return [{ kind, target: this.#target(family, group), key: `t${random.below(4)}` }];
      case 'tags':
        return [{ kind, target: this.#target(family, group) }];
    }
  }

  #creation(family: Family, group: string): RegistryCall[] {
    const random = this.#random;
    const call = {
      kind: 'create',
      group,
      ...(random.below(3) === 0 && { alias: `${family.name}-x${random.below(6)}` }),
      ...(random.below(2) === 0 && { token: `${family.name}-${this.#fresh()}` }),
      status: statuses[random.below(3)]!,
      metadata: { made: this.#fresh() },
    } as const;
    if (!('token' in call)) return [call];
    family.created.push(call);
    // An SDK that had no answer in time asks again, wherever the load balancer sends it.
    return Array.from({ length: 1 + random.below(3) }, () => call);
  }

  #reference(family: Family, group: string): Reference {
    if (this.#random.below(4) === 0) return { alias: `${family.name}-x${this.#random.below(6)}` };
    const { highest } = family;
    return { group, version: Math.max(1, highest - this.#random.below(6)) };
  }

  #target(family: Family, group: string): Target {
    return this.#random.below(2) === 0 ? { group } : this.#reference(family, group);
  }

  /** A value that was never written before. */
  #fresh(): string {
    this.#values += 1;
    return String(this.#values);
  }
}
