import type { IncomingMessage } from 'node:http';
import { limits } from '../kernel/limits.ts';

/** How a request's body came in. */
export type Body = { kind: 'whole'; bytes: Buffer } | { kind: 'too-large' } | { kind: 'aborted' };

/**
 * Reads a body up to `limits.bodyBytesMax`. What goes beyond is thrown away, so that a sender that
 * reads only after writing hears the answer; past `limits.discardedBytesMax` nobody waits.
 */
export function readBody(request: IncomingMessage): Promise<Body> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limits.bodyBytesMax) chunks.push(chunk);
      else chunks.length = 0;
      if (size > limits.discardedBytesMax) resolve({ kind: 'too-large' });
    });
    request.on('end', () => {
      if (size > limits.bodyBytesMax) resolve({ kind: 'too-large' });
      else
        resolve({ kind: 'whole', bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks) });
    });
    request.on('close', () => resolve({ kind: 'aborted' }));
    request.on('error', () => resolve({ kind: 'aborted' }));
  });
}
