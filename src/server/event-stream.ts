import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggedEvent } from '../domain/events/bus-event-store.ts';
import { parseEventPattern } from '../domain/events/event-pattern.ts';
import type { EventPattern } from '../domain/events/event-pattern.ts';
import type { Scope } from '../domain/resource-reference.ts';
import { parseArn } from '../kernel/arn.ts';
import { limits } from '../kernel/limits.ts';
import type { Log } from '../kernel/log.ts';
import { formatEvent, formatHeartbeat, formatRetry } from '../protocols/event-stream.ts';
import type { Database } from '../store/database.ts';
import { readLogPart } from './event-feeds.ts';
import type { EventFeeds, FeedListener } from './event-feeds.ts';
import type { StreamAdmission } from './event-streams.ts';

/** Why a stream ends, as its last event says. */
export type StreamEnd = 'AccessEnded' | 'ServerStopping';

/** What a stream works with. */
export interface StreamParts {
  readonly database: Database;
  readonly feeds: EventFeeds;
  readonly log: Log;
}

/**
 * One client's stream. What it missed is read for it alone, as fast as it takes it; then it hears
 * the log with the others, and is hung up on when it does not keep up: it knows where to go on.
 */
export class EventStream implements FeedListener {
  readonly principalArn: string;
  readonly scope: Scope;
  position: number;
  readonly #admission: StreamAdmission;
  readonly #parts: StreamParts;
  readonly #busName: string;
  readonly #pattern: EventPattern | undefined;
  #response: ServerResponse | undefined;
  #ending: StreamEnd | undefined;
  #lastWriteAt = 0;

  constructor(admission: StreamAdmission, parts: StreamParts) {
    const { call, output, pattern } = admission;
    const { accountId, region, resource } = parseArn(output.EventBusArn)!;
    this.principalArn = call.principal.arn;
    this.scope = { accountId, region };
    this.position = Number(output.LastEventId);
    this.#busName = resource.slice(resource.indexOf('/') + 1);
    this.#pattern = pattern === undefined ? undefined : parseEventPattern(pattern);
    this.#admission = admission;
    this.#parts = parts;
  }

  /** Writes what there is to write, until the response is closed. */
  begin(response: ServerResponse): void {
    this.#response = response;
    if (this.#ending) {
      this.end(this.#ending);
      return;
    }
    this.#write(formatRetry(limits.streamRetryMilliseconds));
    if (this.#admission.output.HasGap) {
      this.#write(formatEvent(this.position, JSON.stringify({ Reason: 'NotKept' }), 'gap'));
    } else {
      this.#write(formatHeartbeat(this.position));
    }
    this.#catchUp().catch((error: unknown) => {
      this.#parts.log.warn({ err: error }, 'stream of events broken off');
      response.destroy();
    });
  }

  take(event: LoggedEvent): void {
    if (event.busName !== this.#busName) return;
    if (this.#pattern && !this.#pattern.matches({ ...event.envelope })) return;
    this.#write(formatEvent(event.id, event.text));
  }

  isStillAllowed(): Promise<boolean> {
    return this.#admission.isStillAllowed();
  }

  /** Says that it is there, when it has been quiet for a while. */
  keepAlive(now: number): void {
    if (now - this.#lastWriteAt < limits.streamHeartbeatSeconds * 1000) return;
    this.#write(formatHeartbeat(this.position));
  }

  /** Says why, and ends. */
  end(reason: StreamEnd): void {
    const response = this.#response;
    this.#ending = reason;
    this.leave();
    if (!response || response.writableEnded) return;
    response.end(formatEvent(this.position, JSON.stringify({ Reason: reason }), 'end'));
    // Whoever does not read that either is not waited for.
    setTimeout(() => response.destroy(), limits.streamEndMilliseconds).unref();
  }

  /** Hears nothing more. */
  leave(): void {
    this.#response = undefined;
    this.#parts.feeds.leave(this);
  }

  async #catchUp(): Promise<void> {
    for (;;) {
      const part = await readLogPart(this.#parts.database, this.scope, this.position);
      for (const event of part.events) {
        // The client may have gone while it was waited for.
        if (!this.#response) return;
        this.take(event);
        this.position = event.id;
        await this.#drained();
      }
      this.position = part.reached;
      if (!part.isFull) break;
    }
    if (this.#response) this.#parts.feeds.join(this);
  }

  async #drained(): Promise<void> {
    const response = this.#response;
    if (!response?.writableNeedDrain) return;
    const patience = new AbortController();
    const { signal } = patience;
    try {
      await Promise.race([
        once(response, 'drain', { signal }),
        once(response, 'close', { signal }),
        sleep(limits.streamStallSecondsMax * 1000, undefined, { signal, ref: false }).then(() =>
          response.destroy(),
        ),
      ]);
    } finally {
      patience.abort();
    }
  }

  #write(text: string): void {
    const response = this.#response;
    if (!response || response.writableEnded) return;
    this.#lastWriteAt = performance.now();
    response.write(text);
    if (response.writableLength > limits.streamBufferBytesMax) response.destroy();
  }
}
