import { hideSensitive } from '../contracts/sensitive.ts';
import type { StructureShape } from '../contracts/shape.ts';
import type { WireResponse } from './exchange.ts';
import type { Sink } from './terminal.ts';

const secretHeaders = new Set(['authorization', 'x-amz-security-token', 'set-cookie', 'cookie']);

/** Tells, for `--debug`, what goes over the wire; signatures and sensitive members aside. */
export class Trace {
  readonly #sink: Sink;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** A request about to be sent. */
  request(
    endpoint: URL,
    headers: Readonly<Record<string, string>>,
    input: Record<string, unknown>,
    shape: StructureShape,
  ): void {
    this.#write('>', [
      `POST ${endpoint.href}`,
      ...headerLines(headers),
      JSON.stringify(hideSensitive(input, shape)),
    ]);
  }

  /** The answer to it. */
  response(response: WireResponse, shape: StructureShape | undefined): void {
    this.#write('<', [
      `HTTP ${response.status}`,
      ...headerLines(response.headers),
      bodyText(response.body, shape),
    ]);
  }

  /** Anything else worth knowing. */
  note(text: string): void {
    this.#write('*', [text]);
  }

  #write(mark: string, lines: string[]): void {
    const shown = lines.filter((line) => line !== '').map((line) => `${mark} ${line}\n`);
    this.#sink.write(shown.join(''));
  }
}

function headerLines(headers: Readonly<Record<string, string | string[] | undefined>>): string[] {
  return Object.entries(headers).map(
    ([name, value]) => `${name}: ${shownHeader(name, String(value))}`,
  );
}

function shownHeader(name: string, value: string): string {
  if (!secretHeaders.has(name.toLowerCase())) return value;
  return value.includes('Signature=') ? value.replace(/Signature=.*/, 'Signature=…') : '…';
}

function bodyText(body: string, shape: StructureShape | undefined): string {
  if (!shape) return body;
  try {
    const value = JSON.parse(body) as Record<string, unknown>;
    return JSON.stringify(hideSensitive(value, shape));
  } catch {
    return body;
  }
}
