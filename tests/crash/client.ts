/** A client that works without pause until its server is gone, and keeps a ledger of the answers. */
import assert from 'node:assert/strict';
import type { Answer, ServerProcess } from '../support/server-process.ts';
import { Fact, Registration } from './ledger.ts';
import type { Ledger, Review } from './ledger.ts';
import type { Random } from './random.ts';

/** Thrown when a call was not answered. */
export class Unanswered extends Error {}

/** What clients share: a group that they register in, and a version whose metadata they merge. */
export interface Shared {
  readonly group: string;
  readonly arn: string;
}

const weights = {
  register: 34,
  registerTwice: 6,
  review: 14,
  metadata: 14,
  tags: 8,
  remove: 6,
  shareMetadata: 6,
  shareTag: 4,
  group: 10,
  miss: 3,
  look: 5,
};

/** One client; nothing that it writes is written by another. */
export class Client {
  readonly name: string;
  readonly #server: ServerProcess;
  readonly #twin: ServerProcess;
  readonly #ledger: Ledger;
  readonly #random: Random;
  readonly #shared: Shared;
  readonly #own: Registration[];
  /** Registrations written since the start, for whoever wants to look at them. */
  readonly touched = new Set<Registration>();
  calls = 0;

  constructor(
    name: string,
    parts: {
      server: ServerProcess;
      /** Another server on the same folder, if there is one. */
      twin?: ServerProcess;
      ledger: Ledger;
      random: Random;
      shared: Shared;
    },
  ) {
    this.name = name;
    this.#server = parts.server;
    this.#twin = parts.twin ?? parts.server;
    this.#ledger = parts.ledger;
    this.#random = parts.random;
    this.#shared = parts.shared;
    const mine = parts.ledger.registrations.filter(({ input }) =>
      input.ClientToken.startsWith(`${name}-`),
    );
    this.#own = mine.filter(({ alive }) => alive.known);
  }

  /** Works until a call is not answered, or until told to stop. */
  async work(stopped: () => boolean = () => false): Promise<void> {
    try {
      while (!stopped()) await this.#step();
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
    }
  }

  /** Sends a registration again, as an SDK does that had no answer. */
  async retry(registration: Registration): Promise<void> {
    const known = registration.alive.known;
    const answer = await this.#send('CreateModelPackage', registration.input, { repeats: known });
    assert.equal(answer.status, 200, answer.text);
    if (known) assert.equal(answer.body!['ModelPackageArn'], registration.arn, 'a second version');
    this.#registered(registration, answer);
  }

  /** Asks the server for a registration and compares. */
  async look({ arn, alive, review, metadata, tags }: Registration): Promise<void> {
    const name = arn!.replace(/^.*:model-package\//, '');
    const answer = await this.#ask('DescribeModelPackage', { ModelPackageName: name });
    if (!alive.known) {
      assert.match(answer.text, /does not exist/, `${name} is gone, yet it is described`);
      return;
    }
    assert.equal(answer.status, 200, answer.text);
    const { ModelApprovalStatus: status, ApprovalDescription: description } = answer.body!;
    assert.deepEqual({ status, ...(description !== undefined && { description }) }, review.known);
    assert.deepEqual(answer.body!['CustomerMetadataProperties'], metadata.known, name);
    const listed = await this.#ask('ListTags', { ResourceArn: arn });
    assert.deepEqual(listed.body!['Tags'], tags.known, name);
  }

  /** A value that was never written before, so that every write of it is a change. */
  #fresh(): string {
    return `${this.calls}-${this.#random.below(1e9)}`;
  }

  async #step(): Promise<void> {
    switch (this.#random.weighted(weights)) {
      case 'register':
        return this.#register();
      case 'registerTwice':
        return this.#registerTwice();
      case 'review':
        return this.#review();
      case 'metadata':
        return this.#metadata();
      case 'tags':
        return this.#tags();
      case 'remove':
        return this.#remove();
      case 'shareMetadata':
        return this.#shareMetadata();
      case 'shareTag':
        return this.#shareTag();
      case 'group':
        return this.#group();
      case 'miss':
        return this.#miss();
      case 'look':
        return this.#look();
    }
  }

  #newRegistration(): Registration {
    const number = this.#ledger.registrations.length;
    const metadata = { client: this.name, number: String(number) };
    const alias = `${this.name}-${number}`;
    const kind = this.#random.weighted({ version: 70, alias: 12, unversioned: 8, own: 10 });
    const ownGroup = this.#random.pick(this.#ownGroups())?.[0];
    const identity = {
      version: { ModelPackageGroupName: this.#shared.group },
      alias: { ModelPackageGroupName: this.#shared.group, ModelPackageName: alias },
      unversioned: { ModelPackageName: alias, InferenceSpecification: specification },
      own: { ModelPackageGroupName: ownGroup ?? this.#shared.group },
    }[kind];
    const approved = this.#random.below(4) === 0 || kind === 'unversioned';
    const status = approved ? 'Approved' : 'PendingManualApproval';
    const input = {
      ...identity,
      ClientToken: `${this.name}-${number}-${this.#random.below(1e9)}`,
      ModelApprovalStatus: status,
      CustomerMetadataProperties: metadata,
    };
    const registration = new Registration(input, { status }, metadata);
    this.#ledger.registrations.push(registration);
    registration.alive.doubted = { value: true };
    return registration;
  }

  async #register(): Promise<void> {
    const registration = this.#newRegistration();
    const answer = await this.#send('CreateModelPackage', registration.input);
    this.#registered(registration, answer);
  }

  /** The same call twice at once, as when an SDK gives up too early; both find one version. */
  async #registerTwice(): Promise<void> {
    const registration = this.#newRegistration();
    const calls = [this.#server, this.#twin].map((server) =>
      this.#send('CreateModelPackage', registration.input, { repeats: true, server }),
    );
    const outcomes = await Promise.allSettled(calls);
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') this.#registered(registration, outcome.value);
    }
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  #registered(registration: Registration, answer: Answer): void {
    registration.alive.doubted = undefined;
    if (answer.status === 503) return;
    assert.equal(answer.status, 200, answer.text);
    const arn = answer.body!['ModelPackageArn'] as string;
    assert.equal(registration.arn ?? arn, arn, 'one token, two versions');
    registration.arn = arn;
    this.touched.add(registration);
    if (!registration.alive.known) this.#own.push(registration);
    registration.alive.known = true;
  }

  /** Status and reason in one call: neither is ever seen without the other. */
  async #review(): Promise<void> {
    const registration = this.#pickVersion();
    if (!registration) return;
    const status = this.#random.pick(['Approved', 'Rejected', 'PendingManualApproval'])!;
    const description = `${status} at ${this.#fresh()}`;
    await this.#change<Review>(registration.review, { status, description }, () =>
      this.#update(registration, { ModelApprovalStatus: status, ApprovalDescription: description }),
    );
  }

  /** Two keys set and one removed in one call; all others stay. */
  async #metadata(): Promise<void> {
    const registration = this.#pickVersion();
    if (!registration) return;
    const value = this.#fresh();
    const set = { [`a${this.#random.below(6)}`]: value, [`b${this.#random.below(6)}`]: value };
    const gone = `a${this.#random.below(6)}`;
    const next = { ...registration.metadata.known, ...set };
    delete next[gone];
    await this.#change(registration.metadata, next, () =>
      this.#update(registration, {
        CustomerMetadataProperties: set,
        CustomerMetadataPropertiesToRemove: [gone],
      }),
    );
  }

  async #tags(): Promise<void> {
    const registration = this.#random.pick(this.#own);
    if (!registration) return;
    const { tags, arn: ResourceArn } = registration;
    this.touched.add(registration);
    const first = tags.known[0];
    if (first && this.#random.below(3) === 0) {
      const input = { ResourceArn, TagKeys: [first.Key] };
      await this.#change(tags, tags.known.slice(1), () => this.#send('DeleteTags', input));
      return;
    }
    const Tags = ['x', 'y'].map((key) => ({
      Key: `${key}${this.#random.below(4)}`,
      Value: this.#fresh(),
    }));
    const merged = new Map([...tags.known, ...Tags].map((tag) => [tag.Key, tag]));
    await this.#change(tags, [...merged.values()], () =>
      this.#send('AddTags', { ResourceArn, Tags }),
    );
  }

  async #remove(): Promise<void> {
    const registration = this.#random.pick(this.#own);
    if (!registration) return;
    this.touched.add(registration);
    await this.#change(registration.alive, false, () =>
      this.#send('DeleteModelPackage', { ModelPackageName: registration.arn }),
    );
    if (!registration.alive.known) this.#own.splice(this.#own.indexOf(registration), 1);
  }

  async #shareMetadata(): Promise<void> {
    const fact = keyOf(this.#ledger.sharedMetadata, this.name);
    const value = fact.known !== null && this.#random.below(4) === 0 ? null : this.#fresh();
    const change =
      value === null
        ? { CustomerMetadataPropertiesToRemove: [this.name] }
        : { CustomerMetadataProperties: { [this.name]: value } };
    await this.#change(fact, value, () =>
      this.#send('UpdateModelPackage', { ModelPackageArn: this.#shared.arn, ...change }),
    );
  }

  async #shareTag(): Promise<void> {
    const fact = keyOf(this.#ledger.sharedTags, this.name);
    const ResourceArn = this.#shared.arn.replace(
      /package\/.*$/,
      `package-group/${this.#shared.group}`,
    );
    if (fact.known !== null && this.#random.below(3) === 0) {
      const input = { ResourceArn, TagKeys: [this.name] };
      await this.#change(fact, null, () => this.#send('DeleteTags', input));
      return;
    }
    const value = this.#fresh();
    const input = { ResourceArn, Tags: [{ Key: this.name, Value: value }] };
    await this.#change(fact, value, () => this.#send('AddTags', input));
  }

  /** Makes a group or removes it; one that holds versions must refuse to go. */
  async #group(): Promise<void> {
    const name = `${this.name}-group-${this.#random.below(3)}`;
    const fact = keyOf(this.#ledger.groups, name);
    const ModelPackageGroupName = name;
    if (fact.known === null) {
      const making = this.#fresh();
      const input = { ModelPackageGroupName, Tags: [{ Key: 'making', Value: making }] };
      await this.#change(fact, making, () => this.#send('CreateModelPackageGroup', input));
      return;
    }
    if (this.#own.some(({ input }) => input['ModelPackageGroupName'] === name)) {
      const answer = await this.#send('DeleteModelPackageGroup', { ModelPackageGroupName });
      assert.match(answer.text, /"ConflictException"|"ServiceUnavailable"/);
      return;
    }
    await this.#change(fact, null, () =>
      this.#send('DeleteModelPackageGroup', { ModelPackageGroupName }),
    );
  }

  /** A refused call; its refusal is journaled before it is answered. */
  async #miss(): Promise<void> {
    const answer = await this.#send('DeleteModelPackage', { ModelPackageName: 'nobody' });
    assert.match(answer.text, /does not exist|"ServiceUnavailable"/);
  }

  /** What was answered is there at once: by name, and by search. */
  async #look(): Promise<void> {
    const registration = this.#pickVersion();
    if (!registration) return;
    await this.look(registration);
    const { number } = registration.metadata.known as { number: string };
    const Filters = [
      { Name: 'CustomerMetadataProperties.client', Value: this.name },
      { Name: 'CustomerMetadataProperties.number', Value: number },
    ];
    const found = await this.#ask('Search', {
      Resource: 'ModelPackage',
      SearchExpression: { Filters },
    });
    const results = found.body?.['Results'] as { ModelPackage: { ModelPackageArn: string } }[];
    const arns = results.map((result) => result.ModelPackage.ModelPackageArn);
    assert.deepEqual(arns, [registration.arn], 'the search does not find it');
  }

  #pickVersion(): Registration | undefined {
    const own = this.#own.filter(({ arn }) => /\/\d+$/.test(arn!));
    const registration = this.#random.pick(own);
    if (registration) this.touched.add(registration);
    return registration;
  }

  #ownGroups(): [string, Fact<string | null>][] {
    return [...this.#ledger.groups].filter(
      ([name, { known }]) => known !== null && name.startsWith(`${this.name}-`),
    );
  }

  #update(registration: Registration, change: object): Promise<Answer> {
    return this.#send('UpdateModelPackage', { ModelPackageArn: registration.arn, ...change });
  }

  /** Sends a change of a fact; without an answer the fact stays in doubt. */
  async #change<Value>(
    fact: Fact<Value>,
    value: Value,
    send: () => Promise<Answer>,
  ): Promise<void> {
    fact.doubted = { value };
    const answer = await send();
    fact.doubted = undefined;
    if (answer.status === 503) return;
    assert.equal(answer.status, 200, answer.text);
    fact.known = value;
  }

  /** Sends a write; its answer is a promise that the journal holds it, unless it repeats another. */
  async #send(
    operation: string,
    input: object,
    options: { repeats?: boolean; server?: ServerProcess } = {},
  ): Promise<Answer> {
    const answer = await this.#call(operation, input, options.server);
    this.#ledger.take(operation, answer, options.repeats);
    return answer;
  }

  /** Sends a read, to the other server if there is one; only a refused one leaves an entry. */
  async #ask(operation: string, input: object): Promise<Answer> {
    const answer = await this.#call(operation, input, this.#twin);
    if (answer.status !== 200) this.#ledger.take(operation, answer);
    return answer;
  }

  async #call(
    operation: string,
    input: object,
    server: ServerProcess = this.#server,
  ): Promise<Answer> {
    this.calls += 1;
    try {
      return await server.call(operation, input);
    } catch (error) {
      this.#ledger.unanswered += 1;
      throw new Unanswered(operation, { cause: error });
    }
  }
}

function keyOf(facts: Map<string, Fact<string | null>>, key: string): Fact<string | null> {
  const fact = facts.get(key) ?? new Fact<string | null>(null);
  facts.set(key, fact);
  return fact;
}

const specification = {
  Containers: [{ Image: 'registry.example.com/a:1' }],
  SupportedContentTypes: ['text/csv'],
  SupportedResponseMIMETypes: ['text/csv'],
};
