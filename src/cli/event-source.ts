import { request as requestHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { StreamEvents } from '../contracts/imprimatur-event-log.ts';
import { signRequest } from '../server/sigv4-sign.ts';
import type { SigningCredentials } from '../server/sigv4-sign.ts';
import { refusal } from './client.ts';
import { explain, readWhole } from './exchange.ts';
import { ConnectionFailure, ServiceFailure } from './failure.ts';
import { streamReader } from './server-sent-events.ts';
import type { ServerSentEvent } from './server-sent-events.ts';
import { operationOf } from './services.ts';

/** Which stream is followed, and by whom. */
export interface EventSource {
  readonly endpoint: URL;
  readonly region: string;
  readonly credentials: SigningCredentials;
  readonly userAgent: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Told when the connection is lost, and when there is one again. */
  readonly notice: (text: string) => void;
}

/** Heartbeats come more often: a connection without a word for as long is dead. */
const silenceMilliseconds = 45_000;
const firstPauseMilliseconds = 500;
const longestPauseMilliseconds = 10_000;

/**
 * Follows a stream of events without end, through lost connections and restarts of the server, and
 * misses none of them; ends by throwing when the registry refuses.
 */
export async function* followEvents(source: EventSource): AsyncGenerator<ServerSentEvent> {
  let lastId = '';
  let isConnected = false;
  let pause = firstPauseMilliseconds;
  for (;;) {
    try {
      const response = await connect(source, lastId);
      if (isConnected) source.notice('Connected again.');
      isConnected = true;
      pause = firstPauseMilliseconds;
      const reader = streamReader(lastId);
      for await (const bytes of response as AsyncIterable<Buffer>) {
        for (const event of reader.take(bytes)) yield event;
        lastId = reader.lastId;
      }
    } catch (error) {
      // Who was never there may be at another address; who was will come back.
      if (!isConnected || (error instanceof ServiceFailure && !mayPass(error))) throw error;
      if (error instanceof ConnectionFailure) source.notice(`${error.message} Trying again.`);
    }
    await sleep(pause);
    pause = Math.min(pause * 2, longestPauseMilliseconds);
  }
}

function mayPass({ status }: ServiceFailure): boolean {
  return status >= 500 || status === 429;
}

/** Asks for the stream; answers it once it has begun. */
async function connect(source: EventSource, lastId: string): Promise<IncomingMessage> {
  const { endpoint, region, credentials, userAgent } = source;
  const path = `${endpoint.pathname.replace(/\/$/, '')}/imprimatur/events`;
  const parameters = { ...source.parameters, ...(lastId !== '' && { 'last-event-id': lastId }) };
  const query = Object.entries(parameters)
    .map((pair) => pair.map(encodeRfc3986).join('='))
    .join('&');
  const headers = { host: endpoint.host };
  const signed = signRequest({
    ...{ method: 'GET', path, query, headers, body: Buffer.alloc(0) },
    ...{ credentials, region, service: 'imprimatur', now: Date.now() },
  });
  const url = new URL(query === '' ? path : `${path}?${query}`, endpoint);
  const response = await ask(url, { ...headers, ...signed, 'user-agent': userAgent });
  if (response.statusCode === 200) return response;
  const answer = {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: await readWhole(response),
  };
  throw refusal(answer, operationOf(StreamEvents), 0, endpoint);
}

function ask(url: URL, headers: Readonly<Record<string, string>>): Promise<IncomingMessage> {
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const outgoing = send(url, { headers, agent: false });
    outgoing.setTimeout(silenceMilliseconds, () => outgoing.destroy(new Error('no sign of life')));
    outgoing.on('response', resolve);
    outgoing.on('error', (error) => reject(explain(error, new URL(url.origin))));
    outgoing.end();
  });
}

/** As signatures want it; URLSearchParams leaves some characters as they are. */
function encodeRfc3986(text: string): string {
  const hex = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, hex);
}
