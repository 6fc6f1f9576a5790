import type { LinkedOperation } from '../contracts/shape.ts';
import type { Protocol, WireAnswer, WireRequest } from './protocol.ts';
import { restJson } from './rest-json.ts';

/**
 * Server-sent events (HTML, section 9.2): a question on a path, whose answer never ends. What
 * follows the first bytes is somebody else's to write; refusals are those of REST-JSON.
 */
export const eventStream = {
  decode,
  encode,
  encodeError: restJson.encodeError.bind(restJson),
} satisfies Protocol;

/** Where a browser goes on by itself, its header tells from where: that is newer than the query. */
function decode(request: WireRequest, operation: LinkedOperation): Record<string, unknown> {
  const { headers, query } = request;
  const lastEventId = headers?.['last-event-id'];
  if (typeof lastEventId !== 'string' || lastEventId === '') {
    return restJson.decode(request, operation);
  }
  const others = query.split('&').filter((part) => !/^last-event-id(?:=|$)/.test(part));
  const told = `last-event-id=${encodeURIComponent(lastEventId)}`;
  return restJson.decode({ ...request, query: [...others, told].join('&') }, operation);
}

const headers = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store',
  // Proxies of nginx's kind would gather it.
  'X-Accel-Buffering': 'no',
};

function encode(): WireAnswer {
  return { status: 200, headers, body: '' };
}

/** An event as it goes on the wire; a line break within it would end it. */
export function formatEvent(id: string | number, text: string, name?: string): string {
  const data = text.replaceAll(/\r\n|\r|\n/g, '\ndata: ');
  return `${name === undefined ? '' : `event: ${name}\n`}id: ${id}\ndata: ${data}\n\n`;
}

/** What keeps proxies from closing a quiet stream, and tells how far it has come. */
export function formatHeartbeat(id: string | number): string {
  return `: still here\nid: ${id}\n\n`;
}

/** What a stream begins with: after how many milliseconds to come back when it breaks. */
export function formatRetry(milliseconds: number): string {
  return `retry: ${milliseconds}\n\n`;
}
