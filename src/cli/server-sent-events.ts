import { StringDecoder } from 'node:string_decoder';

/** One event of a stream. */
export interface ServerSentEvent {
  /** `message` where the stream does not say. */
  readonly name: string;
  readonly data: string;
  /** The last that was told, be it by another event. */
  readonly id: string;
}

/** What is read of a stream. */
export interface StreamReader {
  /** The last id that was told, also without an event. */
  readonly lastId: string;
  /** Takes bytes as they come; answers the events that they complete. */
  take(bytes: Buffer): ServerSentEvent[];
}

/** Reads server-sent events as HTML section 9.2.6 says; `id` is the last one of a stream before. */
export function streamReader(id = ''): StreamReader {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let lastId = id;
  // Of an event that is not whole yet: whoever goes on after it would never get it.
  let nextId = id;
  let name = '';
  let data: string[] = [];
  const takeLine = (line: string): ServerSentEvent | undefined => {
    if (line === '') {
      lastId = nextId;
      const event = { name: name || 'message', data: data.join('\n'), id: lastId };
      const isEvent = data.length > 0;
      [name, data] = ['', []];
      return isEvent ? event : undefined;
    }
    const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === 'data') data.push(value);
    if (field === 'event') name = value;
    if (field === 'id' && !value.includes('\0')) nextId = value;
    return undefined;
  };
  return {
    get lastId() {
      return lastId;
    },
    take(bytes) {
      const lines = (rest + decoder.write(bytes)).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop()!;
      return lines.flatMap((line) => takeLine(line) ?? []);
    },
  };
}
