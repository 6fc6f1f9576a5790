import type { ServerResponse } from 'node:http';
import type { StreamEventsOutput } from '../contracts/imprimatur-event-log.ts';
import type { Call } from '../domain/call.ts';
import { limits } from '../kernel/limits.ts';
import type { Log } from '../kernel/log.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Database } from '../store/database.ts';
import { EventFeeds } from './event-feeds.ts';
import { EventStream } from './event-stream.ts';

/** A caller whose stream may begin. */
export interface StreamAdmission {
  readonly call: Pick<Call, 'principal'>;
  readonly pattern: string | undefined;
  readonly output: StreamEventsOutput;
  /** Whether its key, its policies and the bus still let it. */
  isStillAllowed(): Promise<boolean>;
}

/** The live streams of a server: bounded in number, ended when their callers may no longer. */
export class EventStreams {
  readonly #parts: { readonly database: Database; readonly log: Log };
  readonly #feeds: EventFeeds;
  readonly #streams = new Set<EventStream>();
  #ticking: NodeJS.Timeout | undefined;
  #isChecking = false;
  #isDraining = false;

  constructor(parts: { readonly database: Database; readonly log: Log }) {
    this.#parts = parts;
    this.#feeds = new EventFeeds(parts);
  }

  /** How many there are. */
  get open(): number {
    return this.#streams.size;
  }

  /** Answers how to begin a stream, once its headers are written; refuses one too many. */
  admit(admission: StreamAdmission): (response: ServerResponse) => void {
    if (this.#isDraining) throw new Refusal('unavailable', 'The server is stopping.');
    const { arn } = admission.call.principal;
    const own = [...this.#streams].filter((stream) => stream.principalArn === arn).length;
    if (this.open >= limits.streamsMax || own >= limits.streamsPerPrincipalMax) {
      throw new Refusal('throttled', 'There are too many streams of events already.');
    }
    const stream = new EventStream(admission, { ...this.#parts, feeds: this.#feeds });
    this.#streams.add(stream);
    this.#ticking ??= setInterval(() => this.#tick(), limits.streamCheckMilliseconds).unref();
    return (response) => {
      response.once('close', () => this.#forget(stream));
      stream.begin(response);
      // Its client went before it began.
      if (response.destroyed) this.#forget(stream);
    };
  }

  /** Has each look for what is new. */
  wake(): void {
    this.#feeds.wake();
  }

  /** Ends all of them and takes no more: their clients go on elsewhere. */
  drain(): void {
    this.#isDraining = true;
    for (const stream of this.#streams) stream.end('ServerStopping');
  }

  #forget(stream: EventStream): void {
    stream.leave();
    this.#streams.delete(stream);
    if (this.#streams.size > 0) return;
    clearInterval(this.#ticking);
    this.#ticking = undefined;
  }

  /** Other servers' events are found by looking, however nobody tells of them. */
  #tick(): void {
    this.#feeds.wake();
    const now = performance.now();
    for (const stream of this.#streams) stream.keepAlive(now);
    if (this.#isChecking) return;
    this.#isChecking = true;
    void this.#check().finally(() => {
      this.#isChecking = false;
    });
  }

  async #check(): Promise<void> {
    for (const stream of this.#streams) {
      try {
        if (!(await stream.isStillAllowed())) stream.end('AccessEnded');
      } catch (error) {
        // Without a database nothing is told to anybody.
        this.#parts.log.warn({ err: error }, 'access to a stream not checked');
      }
    }
  }
}
