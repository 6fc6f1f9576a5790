import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Clock } from '../kernel/clock.ts';
import type { NewId } from '../kernel/id.ts';
import type { Log } from '../kernel/log.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { RefusalKind } from '../kernel/refusal.ts';
import type { SecretBox } from '../kernel/secret-box.ts';
import type { ServiceData } from '../contracts/contract.ts';
import { hideSensitive } from '../contracts/sensitive.ts';
import type { LinkedOperation } from '../contracts/shape.ts';
import { validate } from '../contracts/validate.ts';
import { countIdentityRevision } from '../domain/access/identity-revision-store.ts';
import { CallerAccess } from '../domain/access/require-access.ts';
import { Draft } from '../domain/journal/journal-entry.ts';
import type { Outcome } from '../domain/journal/journal-entry.ts';
import { appendEntry } from '../domain/journal/journal-store.ts';
import type { Call } from '../domain/call.ts';
import { carryOut } from '../domain/carry-out.ts';
import type { AnyOperation } from '../domain/operation.ts';
import type { Protocol, WireAnswer } from '../protocols/protocol.ts';
import { eventStream } from '../protocols/event-stream.ts';
import { protocolOf, requireOperation } from '../protocols/route.ts';
import type { Route, Router } from '../protocols/route.ts';
import type { Database, Transaction } from '../store/database.ts';
import type { AccessKeys } from './access-keys.ts';
import { asRefusal } from './as-refusal.ts';
import { InactiveKey } from './authenticate.ts';
import type { Authenticator, Caller } from './authenticate.ts';
import type { EventStreams } from './event-streams.ts';
import { newCall } from './new-call.ts';
import type { RateLimits } from './rate-limits.ts';
import type { RequestFacts } from './request-facts.ts';
import type { SignedRequest } from './sigv4-canonical.ts';
import type { EventWorker } from '../workers/event-worker.ts';
import { admission } from './stream-admission.ts';
import type { ReadRecorder } from '../workers/record-reads.ts';

/** A request as the HTTP floor hands it in: whole, within its limits, with an id. */
export interface PipelineRequest extends SignedRequest {
  readonly headers: IncomingHttpHeaders;
  readonly requestId: string;
  readonly sourceIp: string;
  readonly isSecure: boolean;
  /** Where what is learnt of it is written down. */
  readonly facts?: RequestFacts;
}

/** An answer; that of a stream goes on once its headers are written. */
export interface PipelineAnswer extends WireAnswer {
  readonly follow?: (response: ServerResponse) => void;
}

/** What the steps work with. */
export interface PipelineParts {
  readonly database: Database;
  readonly router: Router;
  readonly operations: ReadonlyMap<LinkedOperation, AnyOperation>;
  readonly authenticator: Authenticator;
  readonly accessKeys: AccessKeys;
  readonly secrets: SecretBox;
  readonly rateLimits: RateLimits;
  readonly reads: Pick<ReadRecorder, 'note'>;
  readonly events: Pick<EventWorker, 'wake'>;
  readonly streams: Pick<EventStreams, 'admit'>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  readonly partition: string;
  readonly operatorAccountId: string;
  readonly strictAws: boolean;
  readonly validationProfileStatus: Call['validationProfileStatus'];
}

/** What is known of a request so far; each step adds to it, and a refusal is told with it. */
interface Progress {
  protocol: Protocol;
  service?: ServiceData;
  call?: Call;
  request?: Record<string, unknown>;
  resourceArn?: string;
  /** Of the present attempt: a transaction that met another one begins anew. */
  journal: Draft;
}

/** A call that may run as soon as its caller is allowed to make it. */
interface Work {
  readonly operation: AnyOperation;
  readonly call: Call;
  readonly access: CallerAccess;
  readonly progress: Progress;
}

/** The request as a list of steps; the first that refuses ends it. */
export class Pipeline {
  readonly #parts: PipelineParts;
  readonly #namesSteps: boolean;

  constructor(parts: PipelineParts) {
    this.#parts = parts;
    this.#namesSteps = parts.log.isLevelEnabled('debug');
  }

  /** Answers a request; never throws. */
  async handle(request: PipelineRequest): Promise<PipelineAnswer> {
    const progress: Progress = { protocol: protocolOf(request), journal: new Draft() };
    try {
      return await this.#answer(request, progress);
    } catch (error) {
      return this.#refuse(error, request, progress);
    }
  }

  async #answer(request: PipelineRequest, progress: Progress): Promise<PipelineAnswer> {
    const route = this.#route(request);
    progress.protocol = route.protocol;
    progress.service = route.service.data;
    const caller = await this.#authenticate(request, route, progress);
    const call = newCall(request, route, caller, this.#parts);
    progress.call = call;
    const declared = route.operation && this.#parts.operations.get(route.operation);
    this.#throttle(request, call, declared?.effect ?? 'read');
    const contract = requireOperation(route);
    const input = this.#decode(request, route, contract);
    progress.request = hideSensitive(input, contract.input);
    this.#step('validate', request);
    validate(input, contract.input);
    progress.resourceArn = declared!.resource(input, call);
    const access = new CallerAccess(call, input, caller.key.policies);
    const output = await this.#run(request, input, {
      operation: declared!,
      call,
      access,
      progress,
    });
    if (declared!.effect === 'read') {
      const { resourceArn } = progress.journal;
      const asked = { request: progress.request, requestBytes: request.body.length };
      this.#parts.reads.note({ call, resourceArn, ...asked });
    }
    this.#step('encode', request);
    const answer = route.protocol.encode(output, contract, request);
    if (route.protocol !== eventStream) return answer;
    const { sessionToken } = caller.key;
    const streaming = { operation: declared!, call, input, output, sessionToken };
    return { ...answer, follow: this.#parts.streams.admit(admission(streaming, this.#parts)) };
  }

  #route(request: PipelineRequest): Route {
    this.#step('route', request);
    try {
      const route = this.#parts.router(request);
      const { facts } = request;
      if (facts) {
        facts.service = route.service.data.name;
        facts.operation = route.operationName;
        if (route.operation) facts.contract = route.operation;
      }
      return route;
    } catch (error) {
      this.#parts.authenticator.countRefused(request.sourceIp);
      throw error;
    }
  }

  async #authenticate(request: PipelineRequest, route: Route, progress: Progress): Promise<Caller> {
    this.#step('authenticate', request);
    const { name, signingName } = route.service.data;
    const { authenticator, accessKeys } = this.#parts;
    let caller: Caller;
    try {
      caller = await authenticator.authenticate(request, signingName, request.sourceIp);
    } catch (error) {
      if (error instanceof InactiveKey)
        progress.call = newCall(request, route, error.caller, this.#parts);
      throw error;
    }
    accessKeys.noteUse(caller.key, name, caller.region);
    if (request.facts) request.facts.principalArn = caller.key.principal.arn;
    return caller;
  }

  #throttle(request: PipelineRequest, call: Call, effect: AnyOperation['effect']): void {
    this.#step('throttle', request);
    const { rateLimits } = this.#parts;
    rateLimits.check(call.principal.arn, effect);
    if (call.service === 'cloudtrail') rateLimits.checkLookup(call);
  }

  #decode(
    request: PipelineRequest,
    route: Route,
    contract: LinkedOperation,
  ): Record<string, unknown> {
    this.#step('decode', request);
    return route.protocol.decode(request, contract);
  }

  async #run(
    request: PipelineRequest,
    input: unknown,
    { operation, call, access, progress }: Work,
  ): Promise<Record<string, unknown>> {
    const fault = operation.check && (await this.#check(request, input, operation, call));
    this.#step('transaction', request);
    const { database, newId, secrets, accessKeys, events } = this.#parts;
    const act = (tx: Transaction): Promise<Record<string, unknown>> => {
      progress.journal = new Draft();
      const { journal } = progress;
      return carryOut(operation, input, { tx, call, access, journal, secrets, fault });
    };
    if (operation.effect === 'read') return database.read(act);
    const written = database.write(async (tx) => {
      const output = await act(tx);
      const { settled, change } = progress.journal;
      if (!settled) throw new Error(`${call.operation} did not say what it changed.`);
      if (change) await appendEntry(tx, newId(), call, { request: progress.request, change });
      if (change && call.isGlobal) await countIdentityRevision(tx);
      return output;
    });
    // Also after a failure: it may have come after the commit.
    return written.finally(() => {
      if (call.isGlobal) accessKeys.forget();
      if (eventServices.has(call.service) || progress.journal.change?.events) events.wake();
    });
  }

  /** Rules that need no store; whoever may not make the call is told that, not what is wrong. */
  async #check(
    request: PipelineRequest,
    input: unknown,
    operation: AnyOperation,
    call: Call,
  ): Promise<Refusal | undefined> {
    this.#step('check', request);
    try {
      await operation.check!(input, call);
      return undefined;
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    }
  }

  /** An error as an answer; refused calls of known callers are journaled first. */
  async #refuse(
    error: unknown,
    { requestId, sourceIp, facts }: PipelineRequest,
    progress: Progress,
  ): Promise<WireAnswer> {
    const { protocol, call, service } = progress;
    const refusal = asRefusal(error);
    if (!refusal || refusal.kind === 'unavailable') {
      this.#parts.log.error({ requestId, operation: call?.operation, err: error }, 'call failed');
    }
    const answer = protocol.encodeError(refusal, { requestId, service });
    if (facts) facts.code = answer.code;
    if (!call && refusal && refusal.kind !== 'throttled') {
      const { refused } = this.#parts.authenticator;
      this.#parts.log.info({ requestId, sourceIp, code: answer.code, refused }, 'caller not known');
    }
    if (call && refusal && !unjournaled.includes(refusal.kind)) {
      const { request, journal } = progress;
      const resourceArn = journal.resourceArn ?? progress.resourceArn;
      const told = { code: answer.code, message: refusal.message };
      await this.#journal(call, {
        ...(request && { request }),
        ...(resourceArn !== undefined && { resourceArn }),
        error: told,
      });
    }
    return answer;
  }

  async #journal(call: Call, outcome: Outcome): Promise<void> {
    const { database, newId, log } = this.#parts;
    try {
      await database.write((tx) => appendEntry(tx, newId(), call, outcome));
    } catch (error) {
      log.error({ requestId: call.requestId, err: error }, 'refusal not journaled');
    }
  }

  #step(step: string, { requestId, facts }: PipelineRequest): void {
    facts?.span?.step(step);
    if (this.#namesSteps) this.#parts.log.debug({ requestId, step });
  }
}

/** A lost database keeps no entry, and one for each throttled call would let its caller fill it. */
const unjournaled: readonly RefusalKind[] = ['unavailable', 'throttled'];

/** Whose calls may put events on a bus, or have them sent again, besides what changes tell. */
const eventServices: ReadonlySet<string> = new Set(['events', 'imprimatur']);
