import { createReadStream } from 'node:fs';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';

/** Whether a file's name says that it is compressed. */
export function isGzip(file: string): boolean {
  return file.endsWith('.gz');
}

/** Hands each line of a text file to a reader, and how many bytes were read. */
export async function readLines(
  file: string,
  take: (line: string) => void,
  progress: (bytes: number) => void,
): Promise<void> {
  const source = createReadStream(file);
  const unpack = isGzip(file) ? createGunzip() : new PassThrough();
  const decoder = new StringDecoder('utf8');
  let rest = '';
  await pipeline(source, unpack, async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      const lines = (rest + decoder.write(chunk)).split('\n');
      rest = lines.pop()!;
      for (const line of lines) take(line);
      progress(source.bytesRead);
    }
  });
  rest += decoder.end();
  if (rest !== '') take(rest);
}
