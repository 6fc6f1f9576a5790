import { styleText } from 'node:util';

/** Variables by name, as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A stream that a person or a program reads. */
export interface Sink {
  readonly isTerminal: boolean;
  /** Characters of a line; undefined where the stream is no terminal. */
  readonly columns: number | undefined;
  write(text: string): void;
}

/** What a command has around it; tests put their own in its place. */
export interface Terminal {
  readonly environment: Environment;
  readonly out: Sink;
  readonly error: Sink;
}

/** How a text is painted. */
export type Style = Parameters<typeof styleText>[0];

/** The surroundings of this process. */
export function processTerminal(): Terminal {
  return {
    environment: process.env,
    out: streamSink(process.stdout),
    error: streamSink(process.stderr),
  };
}

/** The text, painted where a terminal shows it and NO_COLOR does not forbid it. */
export function paint(text: string, style: Style, sink: Sink, environment: Environment): string {
  if (text === '' || !sink.isTerminal) return text;
  if (environment['NO_COLOR'] || environment['TERM'] === 'dumb') return text;
  return styleText(style, text, { validateStream: false });
}

function streamSink(stream: NodeJS.WriteStream): Sink {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // The reader has seen enough, as `head` has.
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
  return {
    isTerminal: stream.isTTY,
    get columns() {
      return stream.isTTY ? stream.columns : undefined;
    },
    write: (text) => {
      stream.write(text);
    },
  };
}
